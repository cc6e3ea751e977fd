"""Vercel AI SDK 4, 5 and 6 with experimental_telemetry, and 7 with its OpenTelemetry integration."""

from dataclasses import replace

from scenario import Emitted, Scenario, Suite

_WHOLE = Emitted(agent_span="ai.generateText")
_STREAMED = Emitted(agent_span="ai.streamText")
_V5_WHOLE = replace(
    _WHOLE,
    cached_tokens=False,
    reasoning_tokens=False,
    notes=("ai 5 generateText sends promptTokens and completionTokens only: no cached, no reasoning tokens",),
)
_V4_NOTE = "a tool that throws ends the run with ai 4, so the program catches what tools throw and tells the model"
_V4_WHOLE = replace(_WHOLE, tool_errors=False, notes=(_V4_NOTE,))
_V4_STREAMED = replace(_STREAMED, tool_errors=False, notes=(_V4_NOTE,))
_V7 = Emitted(
    agent_span="invoke_agent gpt-5-mini",
    retries_as_spans=False,
    reasoning_tokens=False,
    notes=("ai 7 has one span for a call and its retries: attempts that failed leave none",),
)
_V4_NAME, _V5, _V6, _V7_NAME = "vercel-v4", "vercel-v5", "vercel-v6", "vercel-v7"

SUITES = (
    Suite(
        _V6,
        "Vercel AI SDK 6",
        ("ai", "@ai-sdk/openai"),
        (
            Scenario(_V6, "plain", "demo", (), _WHOLE),
            Scenario(_V6, "streaming", "demo", ("--stream",), _STREAMED),
            Scenario(_V6, "error", "error", (), _WHOLE),
            Scenario(_V6, "error-streaming", "error", ("--stream",), _STREAMED),
            Scenario(_V6, "refused", "refused", (), _WHOLE, exit_code=1),
        ),
    ),
    Suite(
        _V5,
        "Vercel AI SDK 5",
        ("ai", "@ai-sdk/openai"),
        (
            Scenario(_V5, "plain", "demo", (), _V5_WHOLE),
            Scenario(_V5, "streaming", "demo", ("--stream",), _STREAMED),
        ),
    ),    Suite(
        _V4_NAME,
        "Vercel AI SDK 4",
        ("ai", "@ai-sdk/openai"),
        (
            Scenario(_V4_NAME, "plain", "demo", (), _V4_WHOLE),
            Scenario(_V4_NAME, "streaming", "demo", ("--stream",), _V4_STREAMED),
            Scenario(_V4_NAME, "error", "error", (), _V4_WHOLE),
        ),
    ),
    Suite(
        _V7_NAME,
        "Vercel AI SDK 7",
        ("ai", "@ai-sdk/openai", "@ai-sdk/otel"),
        (
            Scenario(_V7_NAME, "plain", "demo", (), _V7),
            Scenario(_V7_NAME, "streaming", "demo", ("--stream",), _V7),
            Scenario(_V7_NAME, "error", "error", (), _V7),
            Scenario(_V7_NAME, "refused", "refused", (), _V7, exit_code=1),
        ),
    ),
)

"""OpenAI's client under OpenLLMetry, in a program that has no spans of its own."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    agent_span=None,
    tool_spans=False,
    session=False,
    retries_as_spans=False,
    notes=(RETRIES_INSIDE,),
)
_STREAMED = replace(_TOLD, reasoning_tokens=False, first_token_time=False)
_NAME = "openai-openllmetry"

SUITES = (
    Suite(
        _NAME,
        "OpenAI Python SDK with OpenLLMetry",
        ("openai", "opentelemetry-instrumentation-openai"),
        (
            Scenario(_NAME, "plain", "demo", (), _TOLD),
            Scenario(_NAME, "streaming", "demo", ("--stream",), _STREAMED),
            Scenario(_NAME, "error", "error", (), _TOLD),
            Scenario(_NAME, "refused", "refused", (), _TOLD, exit_code=1),
        ),
    ),
)

"""OpenAI's client under OpenInference."""

from dataclasses import replace

from scenario import Emitted, Scenario, Suite

_CHAT = Emitted(
    retries_as_spans=False, notes=("the client retries inside one call: attempts that failed leave no span",)
)
_RESPONSES = replace(
    _CHAT, finish_reasons=False, notes=(*_CHAT.notes, "no llm.finish_reason for the responses API")
)
_NAME = "openinference"
_API = ("--api", "responses")

SUITES = (
    Suite(
        _NAME,
        "OpenAI Python SDK with OpenInference",
        ("openai", "openinference-instrumentation-openai"),
        (
            Scenario(_NAME, "plain", "demo", (), _CHAT),
            Scenario(_NAME, "streaming", "demo", ("--stream",), _CHAT),
            Scenario(_NAME, "error", "error", (), _CHAT),
            Scenario(_NAME, "error-streaming", "error", ("--stream",), _CHAT),
            Scenario(_NAME, "refused", "refused", (), _CHAT, exit_code=1),
            Scenario(_NAME, "responses", "demo", _API, _RESPONSES),
            Scenario(_NAME, "responses-streaming", "demo", (*_API, "--stream"), _RESPONSES),
        ),
    ),
)

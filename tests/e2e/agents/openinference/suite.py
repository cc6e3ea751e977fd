"""OpenAI's client under OpenInference, and under OpenInference and OpenLLMetry at once: every call counts once."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_CHAT = Emitted(retries_as_spans=False, notes=(RETRIES_INSIDE,))
_RESPONSES = replace(
    _CHAT, finish_reasons=False, notes=(*_CHAT.notes, "no llm.finish_reason for the responses API")
)
_NAME = "openinference"
_API = ("--api", "responses")
_BOTH = "openinference-openllmetry"


def _both(name: str, script: str, *flags: str) -> Scenario:
    return Scenario(_BOTH, name, script, ("--also-openllmetry", *flags), _CHAT)


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
    Suite(
        _BOTH,
        "OpenAI Python SDK with OpenInference and OpenLLMetry at once",
        ("openai", "openinference-instrumentation-openai", "opentelemetry-instrumentation-openai"),
        (
            _both("plain", "demo"),
            _both("streaming", "demo", "--stream"),
            _both("review", "review", "--reviewer", "tool"),
            _both("error", "error"),
            _both("responses", "demo", *_API),
        ),
    ),
)

"""The same program under OpenInference and under OpenLLMetry at once: every call counts once."""

from scenario import Emitted, Scenario, Suite

_TOLD = Emitted(
    retries_as_spans=False, notes=("the client retries inside one call: attempts that failed leave no span",)
)
_NAME = "openai-both"

SUITES = (
    Suite(
        _NAME,
        "OpenAI Python SDK with OpenInference and OpenLLMetry at once",
        ("openai", "openinference-instrumentation-openai", "opentelemetry-instrumentation-openai"),
        (
            Scenario(_NAME, "plain", "demo", (), _TOLD),
            Scenario(_NAME, "streaming", "demo", ("--stream",), _TOLD),
            Scenario(_NAME, "review", "review", ("--reviewer", "tool"), _TOLD),
            Scenario(_NAME, "error", "error", (), _TOLD),
            Scenario(_NAME, "responses", "demo", ("--api", "responses"), _TOLD),
        ),
    ),
)

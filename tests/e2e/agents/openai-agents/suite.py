"""OpenAI's Agents SDK under OpenInference."""

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    retries_as_spans=False,
    tool_call_ids=False,
    first_token_time=False,
    raw_request=False,
    failed_requests=False,
    notes=(RETRIES_INSIDE,),
)
_NAME = "openai-agents"

SUITES = (
    Suite(
        _NAME,
        "OpenAI Agents SDK with OpenInference",
        ("openai-agents", "openinference-instrumentation-openai-agents"),
        (
            Scenario(_NAME, "plain", "demo", (), _TOLD),
            Scenario(_NAME, "streaming", "demo", ("--stream",), _TOLD),
            Scenario(_NAME, "review", "review", ("--reviewer", "tool"), _TOLD),
            Scenario(_NAME, "error", "error", (), _TOLD),
            Scenario(_NAME, "refused", "refused", (), _TOLD, exit_code=1),
        ),
    ),
)

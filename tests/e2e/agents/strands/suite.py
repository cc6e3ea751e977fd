"""Strands Agents with their own telemetry and the OpenAI provider."""

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    agent_span="invoke_agent coding-agent",
    reviewer_span="invoke_agent reviewer",
    retries_as_spans=False,
    response_model=False,
    reasoning_tokens=False,
    notes=(RETRIES_INSIDE,),
)
_NAME = "strands"


def _run(name: str, script: str, *flags: str, exit_code: int = 0) -> Scenario:
    return Scenario(_NAME, name, script, flags, _TOLD, exit_code, provider=None)


SUITES = (
    Suite(
        _NAME,
        "Strands Agents",
        ("strands-agents[openai,otel]",),
        (
            _run("plain", "demo"),
            _run("streaming", "demo", "--stream"),
            _run("review", "review", "--reviewer", "tool"),
            _run("error", "error"),
            _run("refused", "refused", exit_code=1),
            _run("older-conventions", "demo", "--older-conventions"),
        ),
    ),
)

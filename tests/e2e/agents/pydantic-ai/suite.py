"""Pydantic AI with its own instrumentation, in all versions of its data format that it still offers."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    agent_span="invoke_agent coding-agent",
    reviewer_span="invoke_agent reviewer",
    retries_as_spans=False,
    failed_requests=False,
    notes=(RETRIES_INSIDE,),
)
_OLD = replace(_TOLD, agent_span="agent run")
_NAME = "pydantic-ai"


def _run(name: str, script: str, *flags: str, told: Emitted = _TOLD, exit_code: int = 0) -> Scenario:
    return Scenario(_NAME, name, script, flags, told, exit_code)


SUITES = (
    Suite(
        _NAME,
        "Pydantic AI",
        ("pydantic-ai-slim[openai]",),
        (
            _run("plain", "demo"),
            _run("streaming", "demo", "--stream"),
            _run("review", "review", "--reviewer", "tool"),
            _run("error", "error"),
            _run("refused", "refused", exit_code=1),
            _run("responses", "demo", "--api", "responses"),
            _run("format-2", "demo", "--format", "2", told=_OLD),
            _run("format-4", "demo", "--format", "4"),
            _run("format-6", "demo", "--format", "6"),
            _run("totals", "review", "--reviewer", "tool", "--totals"),
        ),
    ),
)

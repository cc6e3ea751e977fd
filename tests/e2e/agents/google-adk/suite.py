"""Google's Agent Development Kit over Gemini's API."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    agent_span="invoke_agent coding_agent",
    reviewer_span="invoke_agent review",
    retries_as_spans=False,
    first_token_time=False,
    reasoning_marked=False,
    notes=(RETRIES_INSIDE,),
)
_NAME = "google-adk"
_CAPTURE = (("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_AND_EVENT"),)


def _run(name: str, script: str, *flags: str, **more: object) -> Scenario:
    more = {"emitted": _TOLD, "variables": _CAPTURE} | more
    return Scenario(_NAME, name, script, flags, provider="google-gemini", **more)  # type: ignore[arg-type]


SUITES = (
    Suite(
        _NAME,
        "Google ADK",
        ("google-adk", "google-genai"),
        (
            _run("plain", "demo"),
            _run("streaming", "demo", "--stream", emitted=replace(_TOLD, whole_answers=False)),
            _run("events-only", "demo", emitted=replace(_TOLD, tool_content=False), variables=()),
            _run("review", "review", "--reviewer", "tool"),
            _run("error", "error"),
            _run("refused", "refused", exit_code=1),
            _run("grpc", "demo", transport="grpc"),
        ),
    ),
)

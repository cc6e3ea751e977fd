"""Anthropic's client under OpenLLMetry."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    agent_span="invoke_agent coding-agent",
    reviewer_span="invoke_agent reviewer",
    retries_as_spans=False,
    notes=(RETRIES_INSIDE,),
)
_STREAMED = replace(
    _TOLD,
    output_tokens_over=1,
    elsewhere=("output_tokens_over",),  # Anthropic's own span of the same call tells the right number
    notes=(
        *_TOLD.notes,
        "streamed: the output tokens of message_start and message_delta are added, one too many",
        "a stream that is cut off leaves no span, only that of Anthropic's own SDK, without texts",
    ),
)
_NAME = "anthropic-openllmetry"


def _run(name: str, script: str, *flags: str, **more: object) -> Scenario:
    told = _STREAMED if "--stream" in flags else _TOLD
    if script == "cut":
        told = replace(told, failed_requests=False)
    return Scenario(_NAME, name, script, flags, told, provider="anthropic", **more)  # type: ignore[arg-type]


SUITES = (
    Suite(
        _NAME,
        "Anthropic Python SDK with OpenLLMetry",
        ("anthropic", "opentelemetry-instrumentation-anthropic"),
        (
            _run("plain", "demo"),
            _run("streaming", "demo", "--stream"),
            _run("review", "review", "--reviewer", "tool"),
            _run("error", "error"),
            _run("dropped", "dropped"),
            _run("cut", "cut", "--stream", exit_code=1),
            _run("refused", "refused", exit_code=1),
            _run("grpc", "demo", "--stream", transport="grpc"),
        ),
    ),
)

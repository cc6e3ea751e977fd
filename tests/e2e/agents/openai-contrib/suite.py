"""OpenAI's client under OpenTelemetry's own instrumentation: the newest, and the last that sent a log record a message."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    agent_span="invoke_agent coding-agent",
    reviewer_span="invoke_agent reviewer",
    cached_tokens=False,
    reasoning_tokens=False,
    first_token_time=False,
    retries_as_spans=False,
    notes=(RETRIES_INSIDE,),
)
_CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_NEWEST, _EVENTS = "openai-contrib", "openai-contrib-events"
_WHOLE = replace(_TOLD, part_order=False)
_OLD = replace(
    _TOLD,
    same_repetitions=False,
    notes=(*_TOLD.notes, "a text beside tool calls is in the answer, and missing where later requests repeat it"),
)


def _newest(name: str, script: str, *flags: str, capture: str = "span_and_event", **more: object) -> Scenario:
    variables = ((_CAPTURE, capture),)
    told = _TOLD if "--stream" in flags else _WHOLE
    return Scenario(_NEWEST, name, script, flags, told, variables=variables, **more)  # type: ignore[arg-type]


SUITES = (
    Suite(
        _NEWEST,
        "OpenAI Python SDK with OpenTelemetry contrib",
        ("openai", "opentelemetry-instrumentation-openai-v2"),
        (
            _newest("plain", "demo"),
            _newest("streaming", "demo", "--stream"),
            _newest("events-only", "demo", capture="event_only"),
            _newest("review", "review", "--reviewer", "tool"),
            _newest("error", "error"),
            _newest("dropped", "dropped"),
            _newest("cut", "cut", "--stream", exit_code=1),
            _newest("refused", "refused", exit_code=1),
            _newest("grpc", "demo", transport="grpc"),
        ),
    ),
    Suite(
        _EVENTS,
        "OpenAI Python SDK with OpenTelemetry contrib, a log record a message",
        ("openai", "opentelemetry-instrumentation-openai-v2"),
        (
            Scenario(_EVENTS, "plain", "demo", (), _OLD),
            Scenario(_EVENTS, "streaming", "demo", ("--stream",), _OLD),
            Scenario(_EVENTS, "review", "review", ("--reviewer", "tool"), _OLD),
            Scenario(_EVENTS, "refused", "refused", (), _OLD, exit_code=1),
        ),
    ),
)

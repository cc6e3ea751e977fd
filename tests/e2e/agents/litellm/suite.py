"""LiteLLM with its own OpenTelemetry callback."""

from dataclasses import replace

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(
    agent_span="invoke_agent coding-agent",
    reviewer_span="invoke_agent reviewer",
    retries_as_spans=False,
    notes=(RETRIES_INSIDE,),
)
# The spans of streamed answers are made by a thread that knows only what was asked for.
_STREAMED = replace(_TOLD, response_model=False, first_token_time=False)
_NAME = "litellm"
_VARIABLES = (
    ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "span_only"),
    ("LITELLM_LOCAL_MODEL_COST_MAP", "true"),  # or it asks the network for prices when it starts
)


def _run(name: str, script: str, *flags: str, told: Emitted = _TOLD, exit_code: int = 0) -> Scenario:
    return Scenario(_NAME, name, script, flags, told, exit_code, variables=_VARIABLES)


SUITES = (
    Suite(
        _NAME,
        "LiteLLM",
        ("litellm",),
        (
            _run("plain", "demo"),
            _run("streaming", "demo", "--stream", told=_STREAMED),
            _run("review", "review", "--reviewer", "tool"),
            _run("error", "error"),
            _run("refused", "refused", exit_code=1),
        ),
    ),
)

"""Anthropic's client under OpenInference."""

from scenario import RETRIES_INSIDE, Emitted, Scenario, Suite

_TOLD = Emitted(retries_as_spans=False, notes=(RETRIES_INSIDE,))
_NAME = "anthropic-openinference"
_REVIEW = ("--reviewer", "tool")


def _run(name: str, script: str, *flags: str, **more: object) -> Scenario:
    return Scenario(_NAME, name, script, flags, _TOLD, provider="anthropic", **more)  # type: ignore[arg-type]


SUITES = (
    Suite(
        _NAME,
        "Anthropic Python SDK with OpenInference",
        ("anthropic", "openinference-instrumentation-anthropic"),
        (
            _run("plain", "demo"),
            _run("streaming", "demo", "--stream"),
            _run("review", "review", *_REVIEW),
            _run("error", "error"),
            _run("dropped", "dropped"),
            _run("cut", "cut", "--stream", exit_code=1),
            _run("refused", "refused", exit_code=1),
            _run("grpc", "demo", "--stream", transport="grpc"),
        ),
    ),
)

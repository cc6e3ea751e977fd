"""What a suite declares: the runs of one environment, and what its SDK leaves out of what it sends.

`agents/<folder>/suite.py` holds SUITES; adding an SDK is a folder there, an entry in versions.json and a lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# A note that belongs to `retries_as_spans=False`, where an instrumentation wraps a client that retries by itself.
RETRIES_INSIDE = "the client retries inside one call: attempts that failed leave no span"


@dataclass(frozen=True)
class Emitted:
    """The habits of one SDK in one mode. The defaults are those of an SDK that tells everything.

    Every field that is False claims a loss that is the SDK's own, and losses.py proves it: what is lost must be absent
    from the bytes the SDK sent. Where it is there, the loss is Strobe's and the run is red.
    """

    agent_span: str | None = "coding-agent"  # its name; None: the SDK has no span for an agent
    reviewer_span: str | None = "reviewer"  # that of the sub-agent
    usage: bool = True  # any token counts at all
    cached_tokens: bool = True
    cache_write_tokens: bool = True
    reasoning_tokens: bool = True
    output_tokens_over: int = 0  # so many more than were billed, in every answer, does the SDK report
    reasoning_text: bool = True
    last_reasoning: bool = True  # that of the last answer, which no later request repeats
    reasoning_marked: bool = True  # it is told apart from text
    retries_as_spans: bool = True  # a failed attempt is a span of its own
    failed_requests: bool = True  # a call that failed tells what was asked
    finish_reasons: bool = True
    response_model: bool = True  # which model answered; without, the one that was asked for
    raw_request: bool = True  # an attribute that carries the whole request carries it as it went over the wire
    first_token_time: bool = True  # of a streamed answer
    tool_spans: bool = True
    tool_errors: bool = True  # False: the program itself tells the model, for the SDK a failed tool is one like others
    tool_content: bool = True  # a tool's span has its arguments and its result
    part_order: bool = True  # within an answer text and tool calls stand as the model said them
    same_repetitions: bool = True  # later requests repeat an answer as it was told, text and calls
    whole_answers: bool = True  # a streamed answer is told as a whole, not in the pieces it came in
    failed_tool_ids: bool = True  # the same of a tool that failed
    argument_names: bool = True  # a tool with one argument tells its name, not the value alone
    sub_agent_calls: bool = True  # the calls of a sub-agent stand below its span
    tool_call_ids: bool = True  # a tool's span names the call that asked for it
    session: bool = True  # the session's key, as the program set it
    elsewhere: tuple[str, ...] = ()  # of the losses, those told by other spans than the call's: Strobe does not look there
    notes: tuple[str, ...] = ()  # what else a reader of the results should know


@dataclass(frozen=True)
class Scenario:
    """One run: an agent of an environment plays a script."""

    environment: str  # of versions.json
    name: str
    script: str  # of scripts/, without .json
    flags: tuple[str, ...] = ()  # the agent's own options
    emitted: Emitted = field(default_factory=Emitted)
    exit_code: int = 0  # what the agent is to end with
    transport: str = "http"  # or "grpc": the agent is told so by OTEL_EXPORTER_OTLP_PROTOCOL alone
    provider: str | None = "openai"  # as Strobe is to name it; None: the SDK does not tell
    variables: tuple[tuple[str, str], ...] = ()  # what the SDK's documentation tells its user to set

    @property
    def title(self) -> str:
        return f"{self.environment}/{self.name}"


@dataclass(frozen=True)
class Suite:
    """All runs of one environment."""

    environment: str
    label: str  # how people call the SDK and its instrumentation
    packages: tuple[str, ...]  # those of versions.json whose versions the reader wants to know
    scenarios: tuple[Scenario, ...]

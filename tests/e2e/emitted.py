"""What each SDK really puts into its spans. Where it leaves something out, the tests expect what it did send.

Established by capturing the requests of the versions in versions.json (tests/data/captured).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Emitted:
    """The habits of one SDK in one mode. The defaults are those of an SDK that tells everything."""

    agent_span: str
    cached_tokens: bool = True
    reasoning_tokens: bool = True
    retries_as_spans: bool = True  # a failed attempt is a span of its own
    finish_reasons: bool = True
    first_token_time: bool = True  # of a streamed answer
    notes: tuple[str, ...] = ()


def vercel(major: int, *, is_streaming: bool) -> Emitted:
    """Vercel AI SDK 5 and 6 with experimental_telemetry."""
    span = "ai.streamText" if is_streaming else "ai.generateText"
    if major == 5 and not is_streaming:
        note = "ai 5 generateText sends promptTokens and completionTokens only: no cached, no reasoning tokens"
        return Emitted(agent_span=span, cached_tokens=False, reasoning_tokens=False, notes=(note,))
    return Emitted(agent_span=span)


def openinference(api: str) -> Emitted:
    """openinference-instrumentation-openai around OpenAI's client."""
    notes = ["the client retries inside one call: attempts that failed leave no span"]
    if api == "responses":
        notes.append("no llm.finish_reason for the responses API")
    return Emitted(
        agent_span="coding-agent", retries_as_spans=False, finish_reasons=api == "chat", notes=tuple(notes)
    )

"""Much of one thing. Made at run time, never committed."""

from __future__ import annotations

import json

from case import EITHER, Case, Expect, Limits
from delivery import Body
from shapes import AGENT, CHAT, TOOL, START, SECOND, deep, span, span_id, wide
from values import many_messages, many_parts
from wire import Event, Link, Log, Request, Span, proto_span, message, text

MIB = 1 << 20
# As JSON it takes more memory than one request may have by default; a file of it is imported.
TOO_HEAVY = Expect(answers=EITHER)
LIMITS = Limits(seconds=20, memory_mib=1500, server_memory_mib=1500)


def attributes(count: int) -> Request:
    return Request([span(1, attributes={**AGENT, **{f"key.{i}": i for i in range(count)}})])


def value(size: int) -> Request:
    """One value of so many bytes, of text that holds no two equal pieces."""
    piece = "".join(f"{i:x} hostile {i * 2654435761 % 4294967296:x} " for i in range(size // 20))[:size]
    return Request([span(1, attributes={**TOOL, "gen_ai.tool.call.result": piece})])


def spans(count: int) -> list[Body]:
    """In one request: sessions of a hundred spans each, a turn after the other."""
    records = []
    for i in range(count):
        kind = (AGENT, CHAT, TOOL, {})[i % 4] if i % 100 else AGENT
        trace = (i // 100 + 1).to_bytes(16, "big")
        records.append(proto_span(Span(trace, span_id(i + 1), span_id(i // 100 * 100 + 1) if i % 100 else b"", f"span {i}", 1, START + i * 1000,
                                       START + i * 1000 + 900, kind)))  # fmt: skip
    scope = message(1, text(1, "corpus")) + b"".join(message(2, record) for record in records)
    return [Body("traces", message(1, message(2, scope)), False)]


def one_cycle(count: int) -> Request:
    return Request([span(i, i % count + 1, attributes=(CHAT, TOOL, {})[i % 3]) for i in range(1, count + 1)])


def orphans(count: int) -> Request:
    return Request([span(i, 1_000_000 + i, attributes=(CHAT, TOOL, {})[i % 3]) for i in range(1, count + 1)])


def at_one_time(count: int) -> Request:
    """All begin and end at once: nothing but the id orders them. Every tool fails and is tried again."""
    return Request([span(1, attributes=AGENT, start=START, end=START + SECOND),
                    *(span(i, 1, start=START, end=START, attributes=(CHAT, TOOL)[i % 2], code=2, message="failed") for i in range(2, count))])  # fmt: skip


def events_and_links(count: int) -> Request:
    return Request([span(1, attributes=AGENT, events=[Event(f"hostile {i}", START + i, {"a": i}) for i in range(count)],
                         links=[Link(attributes={"a": i}) for i in range(count)])])  # fmt: skip


def histories(calls: int) -> Request:
    """Each call repeats everything that was said before it."""
    said: list[dict[str, object]] = []
    made = []
    for i in range(1, calls + 1):
        said.append({"role": "user", "parts": [{"type": "text", "content": f"hostile question {i}"}]})
        made.append(span(i, attributes={**CHAT, "gen_ai.input.messages": json.dumps(said)}))
        said.append({"role": "assistant", "parts": [{"type": "text", "content": f"answer {i}"}]})
    return Request(made)


def foreign_histories(calls: int) -> Request:
    """Histories of which none continues another: what is the same stands elsewhere each time."""
    texts = [{"role": "user", "parts": [{"type": "text", "content": f"hostile {i}"}]} for i in range(calls)]
    return Request([span(i, attributes={**CHAT, "gen_ai.input.messages": json.dumps(texts[i:] + texts[:i])}) for i in range(1, calls + 1)])


def twins(pairs: int) -> Request:
    """Every call is told by two instrumentations, with the same usage at the same time, and by none's id."""
    made = []
    for i in range(pairs):
        at = {"start": START + i, "end": START + i + SECOND}
        made += [span(2 * i + 1, attributes={**CHAT, "gen_ai.usage.input_tokens": 7}, **at),
                 span(2 * i + 2, attributes={"openinference.span.kind": "LLM", "llm.model_name": "gpt-4o", "llm.token_count.prompt": 7,
                                             "llm.token_count.completion": 5}, **at)]  # fmt: skip
    return Request(made)


def logs_of_one_span(count: int) -> Request:
    of = {"trace": span(1).trace, "id": span(1).id}
    return Request([span(1, attributes=CHAT)], logs=[
        Log(**of, time=START + i, name="gen_ai.user.message", body={"content": f"hostile {i}", "role": "user"}) for i in range(count)])  # type: ignore[arg-type]  # fmt: skip


def same_span_again(count: int) -> Request:
    return Request([span(1, name=f"version {i}", end=START + SECOND + i, attributes={**CHAT, "k": i}) for i in range(count)])


def long_names(size: int) -> Request:
    """Long texts where short ones are meant."""
    long = "hostile " * (size // 8)
    return Request([span(1, name=long, attributes={**AGENT, "gen_ai.agent.name": long, "gen_ai.conversation.id": long, long: long}, message=long, code=2),
                    span(2, 1, name=long, attributes={**CHAT, "gen_ai.request.model": long, "gen_ai.provider.name": long, "gen_ai.response.id": long}),
                    span(3, 1, name=long, attributes={**TOOL, "gen_ai.tool.name": long, "gen_ai.tool.call.id": long, "error.type": long})],
                   service=long, scope=long)  # fmt: skip


def unflattened(count: int) -> Request:
    """Messages told as flat attributes, their numbers from far apart."""
    flat = {f"llm.input_messages.{i * 1_000_003}.message.content": f"hostile {i}" for i in range(count)}
    return Request([span(1, attributes={"openinference.span.kind": "LLM", **flat, **{f"gen_ai.prompt.{i}.content": "x" for i in range(count)}})])


CASES = [
    Case("attributes_10000", lambda: attributes(10_000), Expect(spans=1)),
    Case("attributes_a_million", lambda: attributes(1_000_000), Expect(spans=1), LIMITS,
         TOO_HEAVY, is_large=True),
    Case("value_1_mib", lambda: value(MIB), Expect(spans=1)),
    Case("value_63_mib", lambda: value(63 * MIB), Expect(spans=1), LIMITS, is_large=True),
    Case("value_64_mib", lambda: value(64 * MIB), Expect(answers=frozenset({200, 413})), LIMITS, is_large=True),  # a file may be larger
    Case("spans_100000", lambda: spans(100_000), Expect(spans=100_000), LIMITS, is_large=True),
    Case("children_100000", lambda: wide(100_000), Expect(spans=100_001), LIMITS, TOO_HEAVY, is_large=True),
    Case("deep_50000", lambda: deep(50_000), Expect(spans=50_000), LIMITS, TOO_HEAVY, is_large=True),
    Case("one_cycle_20000", lambda: one_cycle(20_000), Expect(spans=20_000), LIMITS, is_large=True),
    Case("orphans_20000", lambda: orphans(20_000), Expect(spans=20_000), LIMITS, is_large=True),
    Case("at_one_time_10000", lambda: at_one_time(10_000), Expect(), LIMITS, is_large=True),
    Case("events_and_links_100000", lambda: events_and_links(100_000), Expect(spans=1), LIMITS, is_large=True),
    Case("histories_600", lambda: histories(600), Expect(spans=600), LIMITS, is_large=True),
    Case("foreign_histories_400", lambda: foreign_histories(400), Expect(spans=399 + 1), LIMITS, is_large=True),
    Case("twins_10000", lambda: twins(10_000), Expect(spans=20_000), LIMITS, is_large=True),
    Case("logs_of_one_span_20000", lambda: logs_of_one_span(20_000), Expect(spans=1), LIMITS, is_large=True),
    Case("same_span_20000_times", lambda: same_span_again(20_000), Expect(spans=1), LIMITS, is_large=True),
    Case("long_names", lambda: long_names(200_000), Expect(spans=3)),
    Case("unflattened_20000", lambda: unflattened(20_000), Expect(spans=1), LIMITS, is_large=True),
    Case("messages_100000", lambda: many_messages(100_000), Expect(spans=1), LIMITS, is_large=True),
    Case("parts_100000", lambda: many_parts(100_000), Expect(spans=1), LIMITS, is_large=True),
]  # fmt: skip

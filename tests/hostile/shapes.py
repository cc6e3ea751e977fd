"""Spans that stand to each other as none should: cycles, orphans, the same id twice, ids that are none."""

from __future__ import annotations

import struct

from case import Case, Expect
from wire import Event, Link, Pair, Request, Span

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
TRACE = bytes.fromhex("4bf92f3577b34da6a3ce929d0e0e4736")

AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "hostile"}
TOOL = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "read_file", "gen_ai.tool.call.arguments": '{"path":"a"}',
        "gen_ai.tool.call.result": "hostile"}  # fmt: skip
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5,
        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"hostile question"}]}]',
        "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"answer"}]}]'}  # fmt: skip


def span_id(number: int) -> bytes:
    return struct.pack(">Q", number)


def span(number: int, parent: int | bytes = 0, **more: object) -> Span:
    """Numbered from 1; each begins a second after the one before."""
    above = parent if isinstance(parent, bytes) else span_id(parent) if parent else b""
    return Span(**{"trace": TRACE, "id": span_id(number), "parent": above, "name": f"span {number}",
                   "start": START + number * SECOND, "end": START + (number + 1) * SECOND, **more})  # type: ignore[arg-type]  # fmt: skip


def cycles() -> Request:
    """One of two, one of three with a tail and kinds, and one that a root has nothing to do with."""
    return Request([
        span(1, 2), span(2, 1),
        span(3, 5, attributes=AGENT), span(4, 3, attributes=CHAT), span(5, 4, attributes=TOOL), span(6, 5), span(7, 6, attributes=CHAT),
        span(8), span(9, 8, attributes=CHAT)])  # fmt: skip


def self_parents() -> Request:
    return Request([span(1, 1), span(2, 2, attributes=AGENT), span(3, 2, attributes=CHAT), span(4, 3, attributes=TOOL)])


def orphans() -> Request:
    """Of two parents that never come; with children, as calls and tools, and in another trace with the same parent's id."""
    other = [span(20 + i, 99, trace=b"\x77" * 16) for i in range(2)]
    return Request([span(1, 99), span(2, 99, attributes=CHAT), span(3, 2, attributes=TOOL), span(4, 98, attributes=AGENT),
                    span(5, 4, attributes=CHAT), span(6, attributes=AGENT), *other])  # fmt: skip


def every_span_an_orphan() -> Request:
    return Request([span(number, 1000 + number, attributes=CHAT if number % 2 else TOOL) for number in range(1, 41)])


def duplicate_keys() -> Request:
    twice = [Pair("gen_ai.operation.name", "chat"), Pair("k", "first hostile"), Pair("gen_ai.operation.name", "execute_tool"),
             Pair("k", "second hostile"), Pair("", "no name"), Pair("", "no name either"), Pair("k", 3)]  # fmt: skip
    nested = [Pair("list", [Pair("a", 1), Pair("a", 2)])]
    return Request([span(1, attributes=[*twice, *nested], events=[Event(attributes=twice)], links=[Link(attributes=twice)])],
                   resource=[Pair("service.name", "another"), Pair("x", 1), Pair("x", 2)])  # fmt: skip


def same_id_other_content() -> Request:
    """One id, five spans: the last in start order is no truer than the first. One is kept, four are counted."""
    return Request([span(1, name=f"version {i}", attributes={"k": f"hostile {i}"}, end=START + (5 + i) * SECOND) for i in range(5)])


def ends_before_start() -> Request:
    return Request([span(1, attributes=AGENT, end=START - 5 * SECOND), span(2, 1, attributes=CHAT, end=1),
                    span(3, 1, attributes=TOOL, start=START, end=START - 1), span(4, 1, end=0)])  # fmt: skip


def odd_ids() -> Request:
    bad = [span(1, id=b""), span(2, id=b"\0" * 8), span(3, trace=b""), span(4, trace=b"\0" * 16), span(5, id=b"\1" * 7),
           span(6, trace=b"\1" * 15), span(7, id=b"\1" * 9), span(8, trace=b"\1" * 17), span(9, parent=b"\1" * 3),
           span(10, id=b"\1" * 4000)]  # fmt: skip
    links = [Link(b"", b""), Link(b"\1", b"\1"), Link(b"\xff" * 40, b"\xff" * 40)]
    good = [span(11, links=links), span(12, parent=b"\0" * 8), span(13, id=b"\xff" * 8, trace=b"\xff" * 16)]
    return Request(bad + good)


def no_names_at_all() -> Request:
    return Request([span(1, name="", attributes={"gen_ai.operation.name": ""}), span(2, 1, name="", attributes=dict.fromkeys(CHAT, "")),
                    span(3, 1, name="", attributes=dict.fromkeys(TOOL, ""), events=[Event(name="")])], service="", scope="")  # fmt: skip


def deep(levels: int) -> Request:
    """A chain, its links in an order that helps nobody: every third level a call, every third a tool."""
    kinds = ({}, CHAT, TOOL)
    chain = [span(level, level - 1, attributes=kinds[level % 3], end=START + levels * 2 * SECOND) for level in range(1, levels + 1)]
    return Request(chain[::-2] + chain[-2::-2])


def wide(children: int) -> Request:
    return Request([span(1, attributes=AGENT), *(span(2 + i, 1, attributes=(TOOL, CHAT, {})[i % 3]) for i in range(children))])


def same_trace_from_two() -> Request:
    """An honest agent's trace, and what somebody else sends under its trace id: the same ids, foreign parents, cycles."""
    honest = [span(1, attributes=AGENT), span(2, 1, attributes=CHAT), span(3, 1, attributes=TOOL)]
    foreign = [span(1, 3, name="not the agent"), span(2, 1, start=0, end=0), span(4, 4), span(5, 3, attributes={**CHAT, "session.id": "stolen"})]
    return Request([*honest, *foreign])


ORPHANS = ["missing parent 0000000000000063", "missing parent 0000000000000062"]
CASES = [
    Case("cycles", cycles, Expect(spans=9, health={"in_cycles": 5}, shown={
        "tree": ["cycle cut"], "timeline": ["cycle cut"], "tokens": [], "transcript": []}), is_essential=True),
    Case("self_parents", self_parents, Expect(spans=4, health={"in_cycles": 2}, shown={"tree": ["cycle cut"], "timeline": ["cycle cut"]})),
    Case("orphans", orphans, Expect(spans=8, health={"orphans": 5}, shown={
        "tree": ORPHANS, "timeline": ORPHANS, "summary": ["name parents that have not arrived"]}), is_essential=True),
    Case("every_span_an_orphan", every_span_an_orphan, Expect(spans=40, health={"orphans": 40}, shown={"tree": ["missing parent"]})),
    Case("duplicate_keys", duplicate_keys, Expect(spans=1), is_essential=True),
    Case("same_id_other_content", same_id_other_content, Expect(spans=1)),
    Case("ends_before_start", ends_before_start, Expect(spans=4, health={"ends_before_start": 3, "never_ended": 1})),
    Case("odd_ids", odd_ids, Expect(spans=3, rejected=10, why="valid trace id", counts={"spans.refused_bad_id": 10}), is_essential=True),
    Case("no_names_at_all", no_names_at_all, Expect(spans=3)),
    Case("deep_500", lambda: deep(500), Expect(spans=500)),
    Case("deep_10000", lambda: deep(10_000), Expect(spans=10_000, shown={"tree": ["[9998]"]})),
    Case("wide_1000", lambda: wide(1000), Expect(spans=1001)),
    Case("same_trace_from_two", same_trace_from_two, Expect(spans=5)),
]  # fmt: skip

"""Attributes that are not what their names promise: wrong types under every name that is read, lists that are none."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

from case import REFUSED, Case, Expect
from delivery import Body
from shapes import CHAT, TOOL, span
from wire import Blob, Event, Log, Pair, Request, Span, json_object, message, proto_value, to_json

ROOT = Path(__file__).resolve().parents[2]
INT_64_MIN, INT_64_MAX = -(1 << 63), (1 << 63) - 1
# What makes a reader think that it knows the span.
RECOGNISED: tuple[dict[str, object], ...] = (
    {"gen_ai.operation.name": "chat"}, {"gen_ai.operation.name": "execute_tool"}, {"openinference.span.kind": "LLM"},
    {"openinference.span.kind": "TOOL"}, {"ai.operationId": "ai.generateText.doGenerate"}, {"ai.operationId": "ai.toolCall"},
    {"gen_ai.system": "strands-agents"}, {"langfuse.observation.type": "generation"}, {"langsmith.span.kind": "llm"},
    {"mlflow.spanType": '"CHAT_MODEL"'}, {"traceloop.span.kind": "tool"}, {"llm.request.type": "chat"}, {"lmnr.span.type": "LLM"},
    {"genkit:metadata:subtype": "model"}, {"strobe.run.command": "x"}, {"lk.job_id": "x"}, {"mcp.method.name": "tools/call"})  # fmt: skip
ODD: tuple[object, ...] = (
    None, True, 0, -1, INT_64_MIN, INT_64_MAX, -0.0, 1e308, float("nan"), float("inf"), Blob(b"\x00\x1b[2J"), "", " ", "1e999", "-0",
    "99999999999999999999999", "NaN", b"\xff\xfe", "\ud800", "[", "[[[[[[[[", "{", "[]", "{}", "null", '"', "[null,1,true,\"x\",{},[]]", '{"role":5}',
    '[{"role":[],"parts":{"type":{}}},{"parts":[{"type":"tool_call","id":7,"arguments":"{"}]}]', '{"messages":[[[{"content":[{"text":5}]}]]]}',
    '[{"role":"user","content":{"a":1}},{"role":null,"content":null},7,"x"]', '"\\ud800"', '{"a":1,"a":2}', [], [[]], [None, [1, ["x"]]], {},
    {"": ""}, {"role": {"role": []}}, [{"type": 1}], ["x", 1, True, 1.5], "x" * 3000)  # fmt: skip


def keys() -> list[str]:
    """Every attribute that some dialect reads."""
    found = re.findall(r'^  X\(\w+, "([^"]+)"\)', (ROOT / "src/dialect/keys.h").read_text(encoding="utf-8"), re.MULTILINE)
    if len(found) < 100:
        raise ValueError("src/dialect/keys.h is not what it was")
    return found


def any_value_under_any_key(part: int, parts: int) -> Request:
    """Some twenty keys a span, each with another odd value; each key meets each value, under each recogniser in turn."""
    names = keys()[part::parts]
    spans: list[Span] = []
    for shift, odd in enumerate(ODD):
        for first in range(0, len(names), 20):
            group = names[first:first + 20]
            attributes = {key: ODD[(shift + at * 7) % len(ODD)] for at, key in enumerate(group)}
            attributes |= RECOGNISED[(shift + first) % len(RECOGNISED)]
            parent = len(spans) if len(spans) % 5 else 0
            spans.append(span(len(spans) + 1, parent, attributes=attributes, events=[
                Event("exception", attributes={"exception.message": odd, "exception.type": odd}),
                Event("gen_ai.user.message", attributes={"content": odd, "gen_ai.event.content": odd})]))  # fmt: skip
    return Request(spans, service="hostile", resource={"service.version": INT_64_MAX, "service.instance.id": [1, {"x": None}]})


def any_resource() -> Request:
    """The names that are read of resources, log records and events, with every odd value."""
    events = ("gen_ai.user.message", "gen_ai.choice", "gen_ai.client.inference.operation.details", "claude_code.api_request", "codex.sse_event")
    logs = [Log(span(1).trace, span(1).id, body=odd, name=name, attributes={"event.name": odd, "gen_ai.input.messages": odd, "gen_ai.system": odd})
            for odd, name in itertools.product(ODD, events)]  # fmt: skip
    return Request([span(1, attributes=CHAT)], logs=logs, resource=[Pair("service.name", odd) for odd in ODD] + [Pair("service.name", 5)])


def lists_that_are_none() -> Request:
    shapes = ["hostile", "7", "null", '"text"', '{"role":"user"}', "[[]]", "[1,2]", '["a","b"]', '[{"role":"user"},[{"role":"user"}]]', "[{}]",
              '[{"parts":"hostile"}]', '[{"role":"user","parts":[[{"type":"text","content":"deep"}]]}]', '[{"role":"user","content":7}]']  # fmt: skip
    names = ("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.definitions", "gen_ai.system_instructions")
    return Request([span(1 + i, attributes={**CHAT, **dict.fromkeys(names, shape)}) for i, shape in enumerate(shapes)])


def broken_arguments() -> Request:
    broken = ["{", '{"path":', '{"path":"a', '{"path":"a"}}', "{'path': 'a'}", '{"path":"\x1b[2J"}', '{"path": 1e999}', "[" * 600 + "]" * 600,
              '{"a":' * 600 + "1" + "}" * 600, '{"path":"\\ud800"}', '{"path":"a","path":"b"}', "\u0000", '{"path":"a"} hostile']  # fmt: skip
    return Request([span(1 + i, attributes={**TOOL, "gen_ai.tool.call.arguments": text, "gen_ai.tool.call.result": text})
                    for i, text in enumerate(broken)])  # fmt: skip


def message_list(count: int, *, text: str = "hostile") -> str:
    return json.dumps([{"role": ("user", "assistant")[i % 2], "parts": [{"type": "text", "content": f"{text} {i}"}]} for i in range(count)])


def many_messages(count: int) -> Request:
    return Request([span(1, attributes={**CHAT, "gen_ai.input.messages": message_list(count)})])


def many_parts(count: int) -> Request:
    parts = [{"type": ("text", "tool_call", "x")[i % 3], "content": f"hostile {i}", "id": str(i), "name": "t", "arguments": "{"} for i in range(count)]
    return Request([span(1, attributes={**CHAT, "gen_ai.input.messages": json.dumps([{"role": "user", "parts": parts}])})])


def nested(levels: int) -> Request:
    """Arrays, lists of pairs, and both by turns, so many levels deep; in the attributes of everything that has some."""
    array: object = "hostile"
    kvlist: object = "hostile"
    mixed: object = "hostile"
    for level in range(levels - 1):
        array, kvlist = [array], {"k": kvlist}
        mixed = [mixed] if level % 2 else {"k": mixed}
    attributes = {"array": array, "kvlist": kvlist, "mixed": mixed}
    return Request([span(1, attributes=attributes, events=[Event(attributes=attributes)])], logs=[Log(body=mixed, attributes=attributes)],
                   resource=attributes)  # fmt: skip


def too_deep(levels: int) -> list[Body]:
    """Made without recursion: far deeper than any stack."""
    proto = proto_value("hostile")
    for level in range(levels):
        proto = message(5, message(1, proto)) if level % 2 else message(6, message(1, message(1, b"k") + message(2, proto)))
    deep = json_object(stringValue=b'"hostile"')
    opened, closed = b'{"arrayValue":{"values":[' * levels, b"]}}" * levels
    text = opened + deep + closed
    marked = to_json(Request([span(1, attributes={"k": "MARK"})]))["traces"].replace(b'{"stringValue":"MARK"}', text)
    proto_span = message(1, span(1).trace) + message(2, span(1).id) + message(9, message(1, b"k") + message(2, proto))
    return [Body("traces", marked, True), Body("traces", message(1, message(2, message(2, proto_span))), False)]


def json_in_json(levels: int) -> Request:
    """JSON texts within messages that are nested far deeper than a parser goes."""
    deep = "[" * levels + "]" * levels
    objects = '{"a":' * levels + '"hostile"' + "}" * levels
    inner = '[{"role":"user","parts":' + deep + "}]"
    names = ("gen_ai.input.messages", "gen_ai.output.messages", "input.value", "output.value", "gen_ai.tool.call.arguments", "ai.prompt.messages",
             "langfuse.observation.input", "gen_ai.prompt", "llm.invocation_parameters", "metadata")  # fmt: skip
    texts = (deep, objects, inner)
    return Request([span(1 + i, attributes={**known, **dict.fromkeys(names, text)}) for i, (known, text) in
                    enumerate(itertools.product(RECOGNISED, texts))])  # fmt: skip


KEY_PARTS = 4
CASES = [
    *(Case(f"any_value_under_any_key_{part}", lambda part=part: any_value_under_any_key(part, KEY_PARTS), Expect(), is_large=part > 0,
           is_essential=part == 0) for part in range(KEY_PARTS)),
    Case("any_resource", any_resource, Expect(spans=1)),
    Case("lists_that_are_none", lists_that_are_none, Expect(spans=13)),
    Case("broken_arguments", broken_arguments, Expect(spans=13), is_essential=True),
    Case("many_messages", lambda: many_messages(2000), Expect(spans=1)),
    Case("many_parts", lambda: many_parts(2000), Expect(spans=1)),
    Case("nested_64", lambda: nested(64), Expect(spans=1), is_essential=True),
    Case("nested_65", lambda: nested(65), Expect(answers=REFUSED, why="64 levels deep")),
    Case("nested_300", lambda: too_deep(150), Expect(answers=REFUSED, why="nested")),
    Case("nested_thousands", lambda: too_deep(3000), Expect(answers=REFUSED, why="nest"), is_essential=True),
    Case("json_in_json_500", lambda: json_in_json(500), Expect(spans=51)),
    Case("json_in_json_20000", lambda: json_in_json(20_000), Expect(spans=51)),
]  # fmt: skip

"""What a terminal would obey, and what is no text, in every field that holds text."""

from __future__ import annotations

import json

from case import Case, Expect
from shapes import START, SECOND, TRACE, span, span_id
from wire import Blob, Event, Link, Log, Point, Request, Span

# One of each kind, and sequences that would do something. None is a colour that Strobe itself prints.
SPITE = [
    "\x1b[2J", "\x1b]0;title\x07", "\x1b[35m", "\x1bP1$r\x1b\\", "\x9b31m", "\x9d0;t\x9c", "\x85", "\x7f", "\x00", "\x08\x08", "\r", "\t",
    "\x0b\x0c", "\n", "\u202e", "\u202a\u202b\u202c\u202d", "\u2066\u2067\u2068\u2069", "\u200e\u200f\u061c", "\u200b\u200c\u200d\u2060",
    "\ufeff", "\u2028", "\u2029", "\ufff9\ufffa\ufffb", "\U000e0001\U000e0041", "\x01\x02\x03\x04\x05\x06\x0e\x0f\x10\x1f", "\u206a\u206f",
]  # fmt: skip
INVALID = [b"\xff", b"\xc3", b"\xc3(", b"\xe2\x82", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\xaf", b"\x80\x9b2J", b"\xf0\x80\x80\x9b",
           b"\xe2\x28\xa1", b"\x9b2J"]  # fmt: skip


class Mouth:
    """Says something else of the list each time, with a word around it, so that every field holds every kind somewhere."""

    def __init__(self, said: list[str] | list[bytes], number: int) -> None:
        self._said = said
        self._at = number

    def __call__(self, word: str) -> str | bytes:
        self._at += 1
        said = self._said[self._at % len(self._said)]
        return said + word + said if isinstance(said, str) else said + word.encode() + said

    def json(self, shape: object) -> str | bytes:
        """A JSON text in whose strings "?" is replaced."""
        said = self("hostile")
        if isinstance(said, str):
            return json.dumps(shape).replace("?", json.dumps(said)[1:-1])
        return json.dumps(shape).encode().replace(b"?", said)


MESSAGES = [{"role": "?", "name": "?", "parts": [{"type": "text", "content": "?"}, {"type": "reasoning", "content": "?"}, {"type": "?", "x": "?"},
             {"type": "tool_call", "id": "?", "name": "?", "arguments": {"?": "?", "path": "?"}},
             {"type": "tool_call_response", "id": "?", "response": "?"}, {"type": "uri", "uri": "?", "mime_type": "?"},
             {"type": "blob", "mime_type": "?", "content": "?"}], "finish_reason": "?"},
            {"role": "user", "parts": [{"type": "text", "content": "?"}]}]  # fmt: skip
TOOLS = [{"type": "function", "name": "?", "description": "?", "parameters": {"type": "?", "properties": {"?": {"type": "?"}}}}]


def chat(say: Mouth) -> dict[str, object]:
    return {"gen_ai.operation.name": "chat", "gen_ai.provider.name": say("provider"), "gen_ai.system": say("system"),
            "gen_ai.request.model": say("model"), "gen_ai.response.model": say("gpt-4o"), "gen_ai.response.id": say("response"),
            "gen_ai.conversation.id": say("key"), "gen_ai.agent.name": say("agent"), "gen_ai.agent.id": say("agent"),
            "gen_ai.response.finish_reasons": [say("stop"), say("length")], "gen_ai.input.messages": say.json(MESSAGES),
            "gen_ai.output.messages": say.json(MESSAGES), "gen_ai.system_instructions": say.json([{"type": "text", "content": "?"}]),
            "gen_ai.tool.definitions": say.json(TOOLS), "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5,
            "gen_ai.usage.total_tokens": 99, "gen_ai.request.temperature": say("hot"), "gen_ai.output.type": say("type"),
            "error.type": say("error"), "session.id": say("session"), "user.id": say("user"), say("key"): say("value")}  # fmt: skip


def openinference(say: Mouth) -> dict[str, object]:
    return {"openinference.span.kind": "LLM", "llm.model_name": say("model"), "llm.provider": say("provider"), "llm.system": say("system"),
            "llm.invocation_parameters": say.json({"?": "?"}), "input.value": say.json({"messages": MESSAGES}), "input.mime_type": say("json"),
            "output.value": say("hostile"), "output.mime_type": say("text/plain"), "session.id": say("session"),
            "llm.input_messages.0.message.role": say("user"), "llm.input_messages.0.message.content": say("hostile"),
            "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": say("tool"),
            "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments": say.json({"?": "?"}),
            "llm.output_messages.0.message.role": say("assistant"), "llm.output_messages.0.message.content": say("hostile"),
            "llm.tools.0.tool.json_schema": say.json(TOOLS[0]), "llm.token_count.prompt": 7, "llm.token_count.completion": 3}  # fmt: skip


def tool(say: Mouth) -> dict[str, object]:
    return {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": say("tool"), "gen_ai.tool.call.id": say("call"),
            "gen_ai.tool.type": say("function"), "gen_ai.tool.description": say("describes"), "error.type": say("error"),
            "gen_ai.tool.call.arguments": say.json({"path": "?", "?": "?"}), "gen_ai.tool.call.result": say("hostile"),
            "mcp.method.name": say("tools/call"), "tool.name": say("tool")}  # fmt: skip


def agent(say: Mouth) -> dict[str, object]:
    return {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": say("agent"), "gen_ai.agent.description": say("describes"),
            "gen_ai.conversation.id": say("key"), "process.exit.code": 1, "strobe.run.command": say("sh -c hostile")}  # fmt: skip


def events(say: Mouth) -> list[Event]:
    return [Event(say("event"), START + SECOND, {say("key"): say("value"), "n": Blob(b"\x1b[2J")}),
            Event("exception", START + SECOND, {"exception.type": say("Error"), "exception.message": say("failed"),
                                                "exception.stacktrace": say("at line 1\nat line 2")}),
            Event("gen_ai.user.message", START + SECOND, {"content": say("hostile"), "role": say("user")}),
            Event("gen_ai.choice", START + SECOND, {"message": say.json({"content": "?", "role": "?"}), "finish_reason": say("stop")}),
            Event("model_route", START + SECOND, {"from": say("a"), "to": say("b"), "reason": say("cheaper")})]  # fmt: skip


def turn(say: Mouth, number: int, trace: bytes) -> list[Span]:
    """An agent with a call, a tool, something unknown and a mark, all of whose texts say it."""
    kinds = (agent(say), chat(say), tool(say), openinference(say), {say("key"): say("value"), "list": [say("a"), {say("b"): say("c")}]})
    spans = []
    for at, attributes in enumerate(kinds):
        at_second = START + (number * 10 + at) * SECOND
        spans.append(Span(trace, span_id(number * 10 + at + 1), span_id(number * 10 + 1) if at else b"", say("span"), 3, at_second,
                          at_second + (SECOND if at else 9 * SECOND), attributes, events(say), [Link(state=say("state"), attributes={"k": say("v")})],
                          2, say("status"), say("vendor=")))  # fmt: skip
    spans.append(Span(trace, span_id(number * 10 + 9), span_id(number * 10 + 1), say("mark"), 1, at_second, at_second, {"a": say("b")}))
    return spans


def logs(say: Mouth, trace: bytes, number: int) -> list[Log]:
    body = {"content": say("hostile"), "role": say("user"), "tool_calls": [{"id": say("id"), "function": {"name": say("tool"), "arguments": say("{")}}]}
    of = {"trace": trace, "id": span_id(number * 10 + 2)}
    return [Log(**of, severity=say("WARN"), body=say("body"), name=say("event.name"), attributes={say("key"): say("value")}),
            Log(**of, body=body, name="gen_ai.user.message", attributes={"gen_ai.system": say("system")}),
            Log(**of, body={"message": body, "finish_reason": say("stop")}, name="gen_ai.choice"),
            Log(body=say("alone"), name=say("alone"), attributes={"event.name": say("event")})]  # fmt: skip


def spite(said: list[str] | list[bytes], turns: int) -> Request:
    """As many turns as there are things to say, each with them elsewhere. Half of them in a session with a name each."""
    request = Request(service=Mouth(said, 0)("service"), scope=Mouth(said, 3)("scope"), version=Mouth(said, 5)("1.0"),
                      schema=Mouth(said, 7)("schema"), resource={"host.name": Mouth(said, 9)("host"), "k": Mouth(said, 11)("v")})  # fmt: skip
    for number in range(turns):
        say = Mouth(said, number)
        trace = TRACE[:-1] + bytes([number]) if number % 2 else TRACE
        request.spans += turn(say, number, trace)
        request.logs += logs(say, trace, number)
        request.points.append(Point(say("metric"), say("describes"), say("unit"), START + number, 1.0, {say("label"): say("value"), "model": say("m")}))
    return request


def told_by_wide_values() -> Request:
    """Characters that are wide, combining or bidirectional but honest: lines stay in their columns."""
    text = "한국어 日本語 עברית عربى e\u0301\u0301\u0301 👩‍👩‍👧 ﷽ 🏳️‍🌈 hostile " * 5
    return Request([span(1, name=text, attributes={**chat(Mouth([""], 0)), "gen_ai.agent.name": text}), span(2, 1, name=text, attributes={text: text})],
                   service=text)  # fmt: skip


def zalgo() -> Request:
    """A letter with 100,000 accents, and a line of 200,000 characters without a space."""
    return Request([span(1, name="o" + "\u0301" * 100_000 + "hostile"), span(2, 1, name="\u4e2d" * 200_000, attributes={"k": "x" * 200_000})])


def lone_surrogates() -> Request:
    return spite(["\ud800", "\udfff", "\udc00\ud800", "a\ud83d", "\ude00b", "\ud83d\ude00"], 6)


def keys_and_values() -> Request:
    """Key paths that flattened attributes are made of, with hostile ends."""
    paths = ["llm.input_messages.0.message.role", "llm.input_messages.-1.message.role", "llm.input_messages.99999999999999999999.message.content",
             "llm.input_messages.0", "llm.input_messages.", "llm.input_messages..message", "llm.input_messages.0.message.contents.0.message_content.type",
             "llm.input_messages.4294967296.message.role", "llm.input_messages.0x1.message.role", "llm.tools.1e9.tool.json_schema",
             "gen_ai.prompt.0.role", "gen_ai.prompt.2000000000.content", "gen_ai.completion.0.tool_calls.9999999.name",
             "retrieval.documents.2147483648.document.content", "embedding.embeddings.0.embedding.vector", "llm.output_messages.0.message.tool_calls"]  # fmt: skip
    return Request([span(1 + i, attributes={"openinference.span.kind": "LLM", path: "\x1b[2Jhostile", **{p: "x" for p in paths}})
                    for i, path in enumerate(paths)])  # fmt: skip


FILTERS = (("--search", "hostile"),)
CASES = [
    Case("spite", lambda: spite(SPITE, len(SPITE)), Expect(), filters=FILTERS, is_essential=True, is_full=True),
    Case("invalid_utf8", lambda: spite(INVALID, len(INVALID)), Expect(), filters=FILTERS, is_full=True),
    Case("lone_surrogates", lone_surrogates, Expect(), filters=FILTERS),
    Case("wide_characters", told_by_wide_values, Expect(spans=2)),
    Case("zalgo", zalgo, Expect(spans=2)),
    Case("odd_key_paths", keys_and_values, Expect(spans=16)),
]  # fmt: skip

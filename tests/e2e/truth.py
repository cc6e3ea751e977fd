"""What really happened in a run, read from the stand-in's truth file: the calls, the tools, the conversation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# One part of a message as (role, type, content). Who groups parts into messages differs from SDK to SDK and says
# nothing about the run; what was said, by whom and in which order does.
Spoken = tuple[str, str, Any]


@dataclass(frozen=True)
class ToolUse:
    call_id: str
    name: str
    arguments: Any
    result: Any  # what the model was told; None when it was never told
    fails: bool


@dataclass(frozen=True)
class ModelCall:
    api: str
    is_streaming: bool
    request: dict[str, Any]
    response: dict[str, Any]
    usage: dict[str, int] | None  # prompt, cached, completion, reasoning; None when the call failed
    tool_fails: list[bool]
    status: int

    @property
    def failed(self) -> bool:
        return self.status != 200

    @property
    def error_message(self) -> str:
        return str(self.response["error"]["message"])

    @property
    def finish_reason(self) -> str | None:
        """None where the API has no such field."""
        return self.response["choices"][0]["finish_reason"] if self.api == "chat" and not self.failed else None

    def asked(self) -> list[Spoken]:
        """The conversation as the request carried it."""
        if self.api == "chat":
            return [part for message in self.request["messages"] for part in _chat_message(message)]
        items = [part for item in self.request["input"] for part in _responses_item(item)]
        instructions = self.request.get("instructions")
        return [("system", "text", instructions), *items] if instructions else items

    def answered(self) -> list[Spoken]:
        """What the model said; nothing when the call failed."""
        if self.failed:
            return []
        if self.api == "chat":
            return list(_chat_message(self.response["choices"][0]["message"]))
        return [part for item in self.response["output"] for part in _responses_item(item)]


def parsed(value: Any) -> Any:
    """Objects and arrays that came as JSON text, as what they are; everything else untouched."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def folded_role(role: str) -> str:
    """`developer` is what newer models call the system prompt; SDKs translate between the two as they like."""
    return "system" if role == "developer" else role


def _texts(content: Any, role: str) -> list[Spoken]:
    if isinstance(content, str):
        return [(role, "text", content)] if content else []
    return [(role, "text", part["text"]) for part in content or [] if part.get("text")]


def _chat_message(message: dict[str, Any]) -> list[Spoken]:
    role = folded_role(message["role"])
    if role == "tool":
        return [("tool", "tool_result", (message["tool_call_id"], parsed(message["content"])))]
    calls = message.get("tool_calls") or []
    said = [_call(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in calls]
    return _texts(message.get("content"), role) + said


def _responses_item(item: dict[str, Any]) -> list[Spoken]:
    match item.get("type", "message"):
        case "reasoning":
            return [("assistant", "reasoning", part["text"]) for part in item["summary"]]
        case "function_call":
            return [_call(item["call_id"], item["name"], item["arguments"])]
        case "function_call_output":
            return [("tool", "tool_result", (item["call_id"], parsed(item["output"])))]
        case _:
            return _texts(item["content"], folded_role(item["role"]))


def _call(call_id: str, name: str, arguments: str) -> Spoken:
    return ("assistant", "tool_call", (call_id, name, json.loads(arguments)))


@dataclass(frozen=True)
class Truth:
    calls: list[ModelCall]

    def tool_uses(self) -> list[ToolUse]:
        """Every tool call the model asked for, in order, with what it was told about it."""
        results = {part[2][0]: part[2][1] for call in self.calls for part in call.asked() if part[1] == "tool_result"}
        uses = []
        for call in self.calls:
            asked_for = [part[2] for part in call.answered() if part[1] == "tool_call"]
            for (call_id, name, arguments), fails in zip(asked_for, call.tool_fails, strict=True):
                uses.append(ToolUse(call_id, name, arguments, results.get(call_id), fails))
        return uses

    def conversation(self) -> list[Spoken]:
        """All that was said, once and in order: the last request, and the answer to it."""
        return self.calls[-1].asked() + self.calls[-1].answered()


def parse_truth(lines: list[dict[str, Any]]) -> Truth:
    return Truth(
        [
            ModelCall(
                api=line["api"],
                is_streaming=line["streaming"],
                request=line["request"],
                response=line["response"],
                usage=line["usage"],
                tool_fails=line.get("tool_fails", []),
                status=line["status"],
            )
            for line in lines
        ]
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The truth file's records, oldest first."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

"""What requests and answers of the four APIs say, in one form that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# One part of a message as (role, type, content). Who groups parts into messages differs from SDK to SDK and says
# nothing about the run; what was said, by whom and in which order does.
Spoken = tuple[str, str, Any]


def parsed(value: Any) -> Any:
    """Objects and arrays that came as JSON text, as what they are; everything else untouched."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def result_of(told: Any) -> Any:
    """A tool's result without what SDKs wrap around it for the model: quotes, or an object that holds an error."""
    result = json.loads(told) if isinstance(told, str) and told[:1] == told[-1:] == '"' else parsed(told)
    return result["error"] if isinstance(result, dict) and list(result) == ["error"] else result


def folded_role(role: str) -> str:
    """`developer` is what newer models call the system prompt; SDKs translate between the two as they like."""
    return {"developer": "system", "model": "assistant"}.get(role, role)


def _texts(content: Any, role: str) -> list[Spoken]:
    if isinstance(content, str):
        return [(role, "text", content)] if content else []
    return [(role, "text", part["text"]) for part in content or [] if part.get("text")]


def _call(call_id: str | None, name: str, arguments: Any) -> Spoken:
    return ("assistant", "tool_call", (call_id, name, arguments))


def _result(call_id: str | None, told: Any) -> Spoken:
    """Text in blocks is text: some APIs take both, and SDKs choose."""
    if isinstance(told, list) and told and all(isinstance(part, dict) and "text" in part for part in told):
        told = "".join(part["text"] for part in told)
    return ("tool", "tool_result", (call_id, result_of(told)))


def _chat_message(message: Json) -> Iterator[Spoken]:
    role = folded_role(message["role"])
    if role == "tool":
        yield _result(message["tool_call_id"], message["content"])
        return
    yield from _texts(message.get("content"), role)
    for call in message.get("tool_calls") or []:
        yield _call(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"]))


def _responses_item(item: Json) -> Iterator[Spoken]:
    match item.get("type", "message"):
        case "reasoning":
            for part in item["summary"]:
                yield ("assistant", "reasoning", part["text"])
        case "function_call":
            yield _call(item["call_id"], item["name"], json.loads(item["arguments"]))
        case "function_call_output":
            yield _result(item["call_id"], item["output"])
        case _:
            yield from _texts(item["content"], folded_role(item["role"]))


def _messages_message(message: Json) -> Iterator[Spoken]:
    content, role = message["content"], message["role"]
    for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
        match block["type"]:
            case "thinking":
                yield ("assistant", "reasoning", block["thinking"])
            case "tool_use":
                yield _call(block["id"], block["name"], block["input"])
            case "tool_result":
                yield _result(block["tool_use_id"], block.get("content"))
            case _:
                yield (role, "text", block["text"])


def _gemini_content(content: Json) -> Iterator[Spoken]:
    role = folded_role(content.get("role", "user"))
    for part in content.get("parts") or []:
        if call := part.get("functionCall"):
            yield _call(call.get("id"), call["name"], call.get("args") or {})
        elif result := part.get("functionResponse"):
            yield _result(result.get("id"), result["response"])
        elif part.get("thought"):
            yield ("assistant", "reasoning", part["text"])
        else:
            yield (role, "text", part["text"])


def asked(api: str, request: Json) -> list[Spoken]:
    """The conversation as a request carries it, the system prompt first."""
    match api:
        case "chat":
            return [part for message in request["messages"] for part in _chat_message(message)]
        case "responses":
            said = request["input"]
            items = [{"role": "user", "content": said}] if isinstance(said, str) else said
            parts = [part for item in items for part in _responses_item(item)]
            return _texts(request.get("instructions"), "system") + parts
        case "messages":
            parts = [part for message in request["messages"] for part in _messages_message(message)]
            return _texts(request.get("system"), "system") + parts
        case _:
            system = (request.get("systemInstruction") or {}).get("parts")
            parts = [part for content in request["contents"] for part in _gemini_content(content)]
            return _texts(system, "system") + parts


def answered(api: str, response: Json) -> list[Spoken]:
    """What the model said."""
    match api:
        case "chat":
            return list(_chat_message(response["choices"][0]["message"]))
        case "responses":
            return [part for item in response["output"] for part in _responses_item(item)]
        case "messages":
            return list(_messages_message(response))
        case _:
            return list(_gemini_content(response["candidates"][0]["content"]))


def model_of(response: Json) -> str:
    """The name of the model that answered."""
    return str(response.get("model") or response["modelVersion"])


def finish_reason_of(api: str, response: Json) -> str | None:
    """Why the model stopped, as the API spells it; None where the API has no such field."""
    match api:
        case "chat":
            return response["choices"][0]["finish_reason"]
        case "messages":
            return response["stop_reason"]
        case "gemini":
            return response["candidates"][0]["finishReason"]
        case _:
            return None

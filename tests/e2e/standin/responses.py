"""Answers in the shape of OpenAI's responses API, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ids import CREATED_UNIX_S, make_id, pieces
from script import Answer, TokenUsage

_FRAGMENT_CHARS = 24
_ECHOED = ("instructions", "max_output_tokens", "temperature", "top_p", "previous_response_id", "metadata")


def usage_json(usage: TokenUsage) -> dict[str, Any]:
    return {
        "input_tokens": usage.prompt,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.completion,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }


def _output(answer: Answer, seed: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if answer.reasoning:
        summary = [{"type": "summary_text", "text": answer.reasoning}]
        items.append({"id": make_id("rs_", seed), "type": "reasoning", "summary": summary})
    if answer.text:
        content = [{"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}]
        message = {"id": make_id("msg_", seed), "type": "message", "status": "completed", "role": "assistant"}
        items.append({**message, "content": content})
    for i, call in enumerate(answer.tool_calls):
        item = {"id": make_id("fc_", seed, i), "type": "function_call", "status": "completed"}
        item |= {"call_id": make_id("call_", seed, i), "name": call.name, "arguments": json.dumps(call.arguments)}
        items.append(item)
    return items


def whole(answer: Answer, model: str, seed: str, request: dict[str, Any]) -> dict[str, Any]:
    """The body of a response that is not streamed."""
    return {
        "id": make_id("resp_", seed),
        "object": "response",
        "created_at": CREATED_UNIX_S,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": model,
        "output": _output(answer, seed),
        "parallel_tool_calls": True,
        "store": bool(request.get("store", True)),
        "tool_choice": request.get("tool_choice", "auto"),
        "tools": request.get("tools", []),
        "text": request.get("text", {"format": {"type": "text"}}),
        "reasoning": request.get("reasoning", {"effort": None, "summary": None}),
        "truncation": "disabled",
        "usage": usage_json(answer.usage),
        **{key: request.get(key) for key in _ECHOED},
    }


def _reasoning_events(item: dict[str, Any], at: dict[str, Any]) -> Iterator[dict[str, Any]]:
    where = {"item_id": item["id"], "output_index": at["output_index"], "summary_index": 0}
    part = item["summary"][0]
    yield {"type": "response.reasoning_summary_part.added", **where, "part": {**part, "text": ""}}
    for text in pieces(part["text"], _FRAGMENT_CHARS):
        yield {"type": "response.reasoning_summary_text.delta", **where, "delta": text}
    yield {"type": "response.reasoning_summary_text.done", **where, "text": part["text"]}
    yield {"type": "response.reasoning_summary_part.done", **where, "part": part}


def _message_events(item: dict[str, Any], at: dict[str, Any]) -> Iterator[dict[str, Any]]:
    where = {"item_id": item["id"], "output_index": at["output_index"], "content_index": 0}
    part = item["content"][0]
    yield {"type": "response.content_part.added", **where, "part": {**part, "text": ""}}
    for text in pieces(part["text"], _FRAGMENT_CHARS):
        yield {"type": "response.output_text.delta", **where, "delta": text, "logprobs": []}
    yield {"type": "response.output_text.done", **where, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **where, "part": part}


def _call_events(item: dict[str, Any], at: dict[str, Any]) -> Iterator[dict[str, Any]]:
    where = {"item_id": item["id"], "output_index": at["output_index"]}
    for text in pieces(item["arguments"], _FRAGMENT_CHARS):
        yield {"type": "response.function_call_arguments.delta", **where, "delta": text}
    done = {"name": item["name"], "arguments": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **where, **done}


# What an output item looks like before its content has been streamed, and who streams the content.
_EMPTIED: dict[str, dict[str, Any]] = {
    "reasoning": {"summary": []},
    "message": {"content": []},
    "function_call": {"arguments": ""},
}
_STREAMED = {"reasoning": _reasoning_events, "message": _message_events, "function_call": _call_events}


def _events(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    begun = {**body, "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(body["output"]):
        at = {"output_index": index}
        empty = {**item, **_EMPTIED[item["type"]]}
        if "status" in item:
            empty["status"] = "in_progress"
        yield {"type": "response.output_item.added", **at, "item": empty}
        yield from _STREAMED[item["type"]](item, at)
        yield {"type": "response.output_item.done", **at, "item": item}
    yield {"type": "response.completed", "response": body}


def stream(body: dict[str, Any]) -> Iterator[str]:
    """The server-sent events that carry `body` in fragments, framed and numbered."""
    for number, event in enumerate(_events(body)):
        yield f"event: {event['type']}\ndata: {json.dumps({**event, 'sequence_number': number})}\n\n"

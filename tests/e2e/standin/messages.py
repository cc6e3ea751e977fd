"""Answers in the shape of Anthropic's messages API, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ids import make_id, pieces
from script import Answer, ApiError, TokenUsage

_FRAGMENT_CHARS = 24
_ERROR_TYPES = {400: "invalid_request_error", 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error"}


def told_usage(usage: TokenUsage) -> TokenUsage:
    """What this API can tell: thinking is within the output tokens, and nobody says how much of it."""
    return TokenUsage(usage.prompt, usage.cached, usage.cache_write, usage.completion, 0)


def usage_json(usage: TokenUsage) -> dict[str, Any]:
    """`input_tokens` are those that neither came from the cache nor went there."""
    return {
        "input_tokens": usage.prompt - usage.cached - usage.cache_write,
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cached,
        "cache_creation": {"ephemeral_5m_input_tokens": usage.cache_write, "ephemeral_1h_input_tokens": 0},
        "output_tokens": usage.completion,
        "service_tier": "standard",
    }


def error_json(error: ApiError) -> dict[str, Any]:
    """The body of a refusal."""
    kind = _ERROR_TYPES.get(error.status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": error.message}, "request_id": make_id("req_")}


def _content(answer: Answer, seed: str) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if answer.reasoning:
        signature = make_id("", seed, "signature")
        blocks.append({"type": "thinking", "thinking": answer.reasoning, "signature": signature})
    if answer.text:
        blocks.append({"type": "text", "text": answer.text})
    for i, call in enumerate(answer.tool_calls):
        blocks.append(
            {"type": "tool_use", "id": make_id("toolu_", seed, i), "name": call.name, "input": call.arguments}
        )
    return blocks


def whole(answer: Answer, model: str, seed: str) -> dict[str, Any]:
    """The body of a response that is not streamed."""
    return {
        "id": make_id("msg_", seed),
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": _content(answer, seed),
        "stop_reason": "tool_use" if answer.tool_calls else "end_turn",
        "stop_sequence": None,
        "usage": usage_json(answer.usage),
    }


def _deltas(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    match block["type"]:
        case "thinking":
            for text in pieces(block["thinking"], _FRAGMENT_CHARS):
                yield {"type": "thinking_delta", "thinking": text}
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "text":
            for text in pieces(block["text"], _FRAGMENT_CHARS):
                yield {"type": "text_delta", "text": text}
        case _:
            for text in pieces(json.dumps(block["input"]), _FRAGMENT_CHARS):
                yield {"type": "input_json_delta", "partial_json": text}


_EMPTIED: dict[str, dict[str, Any]] = {
    "thinking": {"thinking": "", "signature": ""},
    "text": {"text": ""},
    "tool_use": {"input": {}},
}


def _events(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    begun = {**body["usage"], "output_tokens": min(1, body["usage"]["output_tokens"])}
    yield {"type": "message_start", "message": {**body, "content": [], "stop_reason": None, "usage": begun}}
    yield {"type": "ping"}
    for index, block in enumerate(body["content"]):
        empty = {**block, **_EMPTIED[block["type"]]}
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    # The real output count comes last; that of message_start is a beginning.
    usage = {"output_tokens": body["usage"]["output_tokens"]}
    stop = {"stop_reason": body["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": usage}
    yield {"type": "message_stop"}


def stream(body: dict[str, Any]) -> Iterator[str]:
    """The server-sent events that carry `body` in fragments."""
    for event in _events(body):
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"

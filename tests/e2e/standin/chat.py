"""Answers in the shape of OpenAI's chat completions API, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ids import CREATED_UNIX_S, make_id, pieces
from script import Answer, TokenUsage

_FRAGMENT_CHARS = 24


def usage_json(usage: TokenUsage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.total,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _tool_calls(answer: Answer, seed: str) -> list[dict[str, Any]]:
    return [
        {
            "id": make_id("call_", seed, i),
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
        }
        for i, call in enumerate(answer.tool_calls)
    ]


def whole(answer: Answer, model: str, seed: str) -> dict[str, Any]:
    """The body of a response that is not streamed."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None, "refusal": None, "annotations": []}
    if answer.tool_calls:
        message["tool_calls"] = _tool_calls(answer, seed)
    return {
        "id": make_id("chatcmpl-", seed),
        "object": "chat.completion",
        "created": CREATED_UNIX_S,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish_reason}],
        "usage": usage_json(answer.usage),
        "service_tier": "default",
        "system_fingerprint": None,
    }


def _deltas(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    message = body["choices"][0]["message"]
    yield {"role": "assistant", "content": "" if message["content"] else None, "refusal": None}
    for text in pieces(message["content"] or "", _FRAGMENT_CHARS):
        yield {"content": text}
    for index, call in enumerate(message.get("tool_calls", [])):
        head = {"name": call["function"]["name"], "arguments": ""}
        yield {"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": head}]}
        for text in pieces(call["function"]["arguments"], _FRAGMENT_CHARS):
            yield {"tool_calls": [{"index": index, "function": {"arguments": text}}]}


def stream(body: dict[str, Any], request: dict[str, Any]) -> Iterator[str]:
    """The server-sent events (without framing lines of their own, `data:` only) that carry `body` in fragments."""
    with_usage = bool((request.get("stream_options") or {}).get("include_usage"))
    frame = {key: body[key] for key in ("id", "created", "model", "service_tier", "system_fingerprint")}
    frame["object"] = "chat.completion.chunk"
    if with_usage:
        frame["usage"] = None

    def chunk(delta: dict[str, Any], finish: str | None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return "data: " + json.dumps({**frame, "choices": [choice]}) + "\n\n"

    for delta in _deltas(body):
        yield chunk(delta, None)
    yield chunk({}, body["choices"][0]["finish_reason"])
    if with_usage:
        yield "data: " + json.dumps({**frame, "choices": [], "usage": body["usage"]}) + "\n\n"
    yield "data: [DONE]\n\n"

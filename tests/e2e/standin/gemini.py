"""Answers in the shape of Gemini's API: generateContent and streamGenerateContent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ids import make_id, pieces
from script import Answer, ApiError, TokenUsage

_FRAGMENT_CHARS = 24
_STATUS_NAMES = {400: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


def told_usage(usage: TokenUsage) -> TokenUsage:
    """What this API can tell: writing to a cache is not counted apart."""
    return TokenUsage(usage.prompt, usage.cached, 0, usage.completion, usage.reasoning)


def usage_json(usage: TokenUsage) -> dict[str, Any]:
    """Cached tokens are within the prompt's; thoughts are not within the candidates'."""
    told: dict[str, Any] = {
        "promptTokenCount": usage.prompt,
        "candidatesTokenCount": usage.completion - usage.reasoning,
        "totalTokenCount": usage.total,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.prompt}],
    }
    if usage.cached:
        told["cachedContentTokenCount"] = usage.cached
    if usage.reasoning:
        told["thoughtsTokenCount"] = usage.reasoning
    return told


def error_json(error: ApiError) -> dict[str, Any]:
    """The body of a refusal."""
    status = _STATUS_NAMES.get(error.status, "UNKNOWN")
    return {"error": {"code": error.status, "message": error.message, "status": status}}


def _parts(answer: Answer, seed: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    if answer.reasoning:
        parts.append({"text": answer.reasoning, "thought": True})
    if answer.text:
        parts.append({"text": answer.text})
    for i, call in enumerate(answer.tool_calls):
        told = {"id": make_id("call_", seed, i), "name": call.name, "args": call.arguments}
        parts.append({"functionCall": told})
    return parts


def whole(answer: Answer, model: str, seed: str) -> dict[str, Any]:
    """The body of a response that is not streamed."""
    content = {"role": "model", "parts": _parts(answer, seed)}
    return {
        "candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
        "usageMetadata": usage_json(answer.usage),
        "modelVersion": model,
        "responseId": make_id("", seed),
    }


def _fragments(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        if "text" not in part:
            yield part
            continue
        for text in pieces(part["text"], _FRAGMENT_CHARS):
            yield {**part, "text": text}


def stream(body: dict[str, Any]) -> Iterator[str]:
    """The server-sent events that carry `body` in fragments; only the last tells what the output took."""
    parts = list(_fragments(body["candidates"][0]["content"]["parts"]))
    prompt = {key: count for key, count in body["usageMetadata"].items() if key.startswith("prompt")}
    for at, part in enumerate(parts):
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": [part]}, "index": 0}
        chunk = {**body, "candidates": [candidate], "usageMetadata": prompt}
        if at + 1 == len(parts):
            candidate["finishReason"] = body["candidates"][0]["finishReason"]
            chunk["usageMetadata"] = body["usageMetadata"]
        yield f"data: {json.dumps(chunk)}\r\n\r\n"

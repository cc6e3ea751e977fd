"""The four APIs that the stand-in speaks, behind one face."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import chat
import gemini
import messages
import responses
from script import Answer, ApiError, TokenUsage

Json = dict[str, Any]


@dataclass(frozen=True)
class Api:
    name: str
    vendor: str  # whose model answers: a key of a script's response_models
    whole: Callable[[Answer, str, str, Json], Json]  # answer, model, seed, request
    stream: Callable[[Json, Json], Iterator[str]]  # body, request
    error: Callable[[ApiError], Json]
    told_usage: Callable[[TokenUsage], TokenUsage]  # the part of a usage that this API can tell
    opening: Callable[[Json], str]  # the first user message of a request


def _openai_error(error: ApiError) -> Json:
    return {"error": {"message": error.message, "type": error.type, "param": None, "code": error.code}}


def _openai_usage(usage: TokenUsage) -> TokenUsage:
    return TokenUsage(usage.prompt, usage.cached, 0, usage.completion, usage.reasoning)


def _texts(content: Any) -> str:
    """All text of a message's content: a string, or a list of parts."""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or [] if isinstance(part, dict))


def _first_of_user(items: Any, content: str) -> str:
    if isinstance(items, str):
        return items
    return next((_texts(item.get(content)) for item in items or [] if item.get("role") == "user"), "")


_CHAT = Api(
    "chat",
    "openai",
    lambda answer, model, seed, _: chat.whole(answer, model, seed),
    chat.stream,
    _openai_error,
    _openai_usage,
    lambda request: _first_of_user(request.get("messages"), "content"),
)
_RESPONSES = Api(
    "responses",
    "openai",
    responses.whole,
    lambda body, _: responses.stream(body),
    _openai_error,
    _openai_usage,
    lambda request: _first_of_user(request.get("input"), "content"),
)
_MESSAGES = Api(
    "messages",
    "anthropic",
    lambda answer, model, seed, _: messages.whole(answer, model, seed),
    lambda body, _: messages.stream(body),
    messages.error_json,
    messages.told_usage,
    lambda request: _first_of_user(request.get("messages"), "content"),
)
_GEMINI = Api(
    "gemini",
    "gemini",
    lambda answer, model, seed, _: gemini.whole(answer, model, seed),
    lambda body, _: gemini.stream(body),
    gemini.error_json,
    gemini.told_usage,
    lambda request: _first_of_user(request.get("contents"), "parts"),
)
_BY_PATH = {"/v1/chat/completions": _CHAT, "/v1/responses": _RESPONSES, "/v1/messages": _MESSAGES}
_GEMINI_PATH = re.compile(r"/v1(?:alpha|beta)?/models/[^/:]+:(generateContent|streamGenerateContent)")


def find_api(path: str, request: Json) -> tuple[Api, bool] | None:
    """The API that a path (without its query) belongs to, and whether the answer is to be streamed."""
    if path in _BY_PATH:
        return _BY_PATH[path], bool(request.get("stream"))
    found = _GEMINI_PATH.fullmatch(path)
    return (_GEMINI, found.group(1).startswith("stream")) if found else None

"""A script: the answers the stand-in gives, in order, read from a JSON file and checked before the server starts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ScriptError(ValueError):
    """The script file cannot be played; the text says where it is wrong."""


@dataclass(frozen=True)
class ToolCall:
    name: str
    arguments: dict[str, Any]
    fails: bool = False  # the agent's tool is bound to fail at this; the model server itself cannot know


@dataclass(frozen=True)
class TokenUsage:
    """Counts as a provider bills them: `cached` and `cache_write` are part of `prompt`, `reasoning` of `completion`."""

    prompt: int = 0
    cached: int = 0
    cache_write: int = 0
    completion: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        return self.prompt + self.completion


@dataclass(frozen=True)
class ApiError:
    status: int
    message: str
    type: str = "server_error"
    code: str | None = None


@dataclass(frozen=True)
class Answer:
    """One HTTP response: either an error, or text and/or tool calls with their token counts.

    `drop` closes the connection: "before" a byte of the answer was sent, or "midway" through it.
    """

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: TokenUsage = field(default_factory=TokenUsage)
    delay_ms: int = 0
    drop: str = ""
    error: ApiError | None = None

    @property
    def finish_reason(self) -> str:
        return "tool_calls" if self.tool_calls else "stop"


@dataclass(frozen=True)
class Conversation:
    """Answers, in order, for conversations whose opening user message contains `opening`; "" is in all of them."""

    opening: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Script:
    name: str
    response_models: dict[str, str]  # by vendor: openai, anthropic, gemini
    conversations: tuple[Conversation, ...]  # the first that fits counts; the last is that of the main agent

    def answers_for(self, opening: str) -> tuple[Answer, ...]:
        """The answers of the conversation that opens with this user message."""
        return next(one.answers for one in self.conversations if one.opening in opening)


def _usage(raw: dict[str, Any], where: str) -> TokenUsage:
    usage = TokenUsage(**raw)
    if usage.cached + usage.cache_write > usage.prompt or usage.reasoning > usage.completion:
        raise ScriptError(f"{where}: what is cached is part of prompt, and reasoning is part of completion")
    return usage


def _answer(raw: dict[str, Any], where: str) -> Answer:
    unknown = set(raw) - {"text", "reasoning", "tool_calls", "usage", "delay_ms", "drop", "error"}
    if unknown:
        raise ScriptError(f"{where}: unknown fields {sorted(unknown)}")
    if raw.get("drop", "") not in ("", "before", "midway"):
        raise ScriptError(f"{where}: drop is before or midway")
    if "error" in raw:
        return Answer(error=ApiError(**raw["error"]), delay_ms=raw.get("delay_ms", 0))
    if not raw.get("text") and not raw.get("tool_calls"):
        raise ScriptError(f"{where}: neither text, nor tool_calls, nor error")
    return Answer(
        text=raw.get("text", ""),
        reasoning=raw.get("reasoning", ""),
        tool_calls=tuple(ToolCall(**c) for c in raw.get("tool_calls", [])),
        usage=_usage(raw.get("usage", {}), where),
        delay_ms=raw.get("delay_ms", 0),
        drop=raw.get("drop", ""),
    )


def _conversation(raw: dict[str, Any], where: str) -> Conversation:
    opening = raw.get("opening", "")
    answers = tuple(_answer(a, f"{where}: answer {i}") for i, a in enumerate(raw["answers"], start=1))
    return Conversation(opening, answers)


def load_script(path: Path) -> Script:
    """Reads and checks a script. Raises ScriptError (or OSError when the file cannot be read)."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        others = [_conversation(one, f"{path.name}: {one['opening']}") for one in raw.get("others", [])]
        main = _conversation({"answers": raw["answers"]}, path.name)
        return Script(raw["name"], dict(raw["response_models"]), (*others, main))
    except (KeyError, TypeError, json.JSONDecodeError) as problem:
        raise ScriptError(f"{path.name}: {problem!r}") from problem

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
    """Counts as a provider bills them: `cached` is part of `prompt`, `reasoning` is part of `completion`."""

    prompt: int = 0
    cached: int = 0
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
    """One HTTP response: either an error, or text and/or tool calls with their token counts."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: TokenUsage = field(default_factory=TokenUsage)
    delay_ms: int = 0
    error: ApiError | None = None

    @property
    def finish_reason(self) -> str:
        return "tool_calls" if self.tool_calls else "stop"


@dataclass(frozen=True)
class Script:
    name: str
    response_model: str
    answers: tuple[Answer, ...]


def _usage(raw: dict[str, Any], where: str) -> TokenUsage:
    usage = TokenUsage(**raw)
    if usage.cached > usage.prompt or usage.reasoning > usage.completion:
        raise ScriptError(f"{where}: cached is part of prompt and reasoning is part of completion")
    return usage


def _answer(raw: dict[str, Any], where: str) -> Answer:
    unknown = set(raw) - {"text", "reasoning", "tool_calls", "usage", "delay_ms", "error"}
    if unknown:
        raise ScriptError(f"{where}: unknown fields {sorted(unknown)}")
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
    )


def load_script(path: Path) -> Script:
    """Reads and checks a script. Raises ScriptError (or OSError when the file cannot be read)."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        answers = tuple(_answer(a, f"{path.name}: answer {i}") for i, a in enumerate(raw["answers"], start=1))
        return Script(name=raw["name"], response_model=raw["response_model"], answers=answers)
    except (KeyError, TypeError, json.JSONDecodeError) as problem:
        raise ScriptError(f"{path.name}: {problem!r}") from problem

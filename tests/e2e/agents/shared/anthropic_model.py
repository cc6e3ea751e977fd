"""Anthropic's messages API as a conversation: extended thinking on, the system prompt marked for the cache."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anthropic import Anthropic
from loop import Model, ModelFactory, Reply, ToolOutcome, ToolRequest
from tools import TOOLS

_MODEL = "claude-sonnet-4-5"
_TOKENS_MAX = 8192
_THINKING_TOKENS_MAX = 2048


class MessagesModel:
    def __init__(self, client: Anthropic, system: str, task: str, tools: Sequence[str], *, stream: bool) -> None:
        self._client = client
        self._stream = stream
        self._messages: list[Any] = [{"role": "user", "content": task}]
        self._request: dict[str, Any] = {
            "model": _MODEL,
            "max_tokens": _TOKENS_MAX,
            "thinking": {"type": "enabled", "budget_tokens": _THINKING_TOKENS_MAX},
            "system": [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
            "tools": [
                {"name": name, "description": TOOLS[name][0], "input_schema": TOOLS[name][1]} for name in tools
            ],
        }

    def ask(self) -> Reply:
        message = self._streamed() if self._stream else self._whole()
        blocks = [block.model_dump(exclude_none=True) for block in message.content]
        self._messages.append({"role": "assistant", "content": blocks})
        requests = [ToolRequest(b.id, b.name, dict(b.input)) for b in message.content if b.type == "tool_use"]
        return Reply("".join(block.text for block in message.content if block.type == "text"), requests)

    def tell(self, outcomes: list[ToolOutcome]) -> None:
        results = [
            {"type": "tool_result", "tool_use_id": outcome.request.call_id, "content": outcome.text}
            | ({"is_error": True} if outcome.failed else {})
            for outcome in outcomes
        ]
        self._messages.append({"role": "user", "content": results})

    def _whole(self) -> Any:
        return self._client.messages.create(**self._request, messages=self._messages)

    def _streamed(self) -> Any:
        with self._client.messages.stream(**self._request, messages=self._messages) as stream:
            for _ in stream.text_stream:
                pass
            return stream.get_final_message()


def model_factory(*, stream: bool) -> ModelFactory:
    """Conversations by one client."""
    client = Anthropic()

    def make(system: str, task: str, tools: Sequence[str]) -> Model:
        return MessagesModel(client, system, task, tools, stream=stream)

    return make

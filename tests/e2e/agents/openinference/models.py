"""OpenAI's two APIs behind one face: a conversation that can be asked for its next reply and told tool results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from openai import OpenAI
from tools import TOOLS

_MODEL = "gpt-5-mini"


@dataclass(frozen=True)
class ToolRequest:
    call_id: str
    name: str
    arguments: str  # JSON, as the model wrote it


@dataclass(frozen=True)
class Reply:
    text: str
    tool_requests: list[ToolRequest]


class Model(Protocol):
    def ask(self) -> Reply:
        """Sends the conversation; raises openai.OpenAIError when the SDK's own retries are used up."""

    def tell(self, request: ToolRequest, result: str) -> None:
        """Adds the result of a tool."""


class ChatModel:
    def __init__(self, client: OpenAI, system: str, task: str, *, stream: bool) -> None:
        self._client = client
        self._stream = stream
        self._messages: list[Any] = [{"role": "system", "content": system}, {"role": "user", "content": task}]
        self._tools: list[Any] = [
            {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}
            for name, (description, parameters) in TOOLS.items()
        ]

    def ask(self) -> Reply:
        message = self._streamed() if self._stream else self._whole()
        self._messages.append({key: value for key, value in message.items() if value})
        calls = message.get("tool_calls") or []
        requests = [ToolRequest(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in calls]
        return Reply(message.get("content") or "", requests)

    def tell(self, request: ToolRequest, result: str) -> None:
        self._messages.append({"role": "tool", "tool_call_id": request.call_id, "content": result})

    def _whole(self) -> dict[str, Any]:
        done = self._client.chat.completions.create(model=_MODEL, messages=self._messages, tools=self._tools)
        return done.choices[0].message.model_dump(include={"role", "content", "tool_calls"})

    def _streamed(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": "", "tool_calls": []}
        options: Any = {"include_usage": True}
        for chunk in self._client.chat.completions.create(
            model=_MODEL, messages=self._messages, tools=self._tools, stream=True, stream_options=options
        ):
            for delta in (choice.delta for choice in chunk.choices):
                message["content"] += delta.content or ""
                for part in delta.tool_calls or []:
                    self._add_fragment(message["tool_calls"], part)
        return message

    @staticmethod
    def _add_fragment(calls: list[dict[str, Any]], part: Any) -> None:
        if part.index == len(calls):
            calls.append({"id": part.id, "type": "function", "function": {"name": part.function.name, "arguments": ""}})
        calls[part.index]["function"]["arguments"] += part.function.arguments or ""


class ResponsesModel:
    def __init__(self, client: OpenAI, system: str, task: str, *, stream: bool) -> None:
        self._client = client
        self._stream = stream
        self._system = system
        self._input: list[Any] = [{"role": "user", "content": task}]
        self._tools: list[Any] = [
            {"type": "function", "name": name, "description": description, "parameters": parameters, "strict": True}
            for name, (description, parameters) in TOOLS.items()
        ]

    def ask(self) -> Reply:
        response = self._streamed() if self._stream else self._whole()
        self._input += [json.loads(item.model_dump_json(exclude_none=True)) for item in response.output]
        calls = [item for item in response.output if item.type == "function_call"]
        return Reply(response.output_text, [ToolRequest(c.call_id, c.name, c.arguments) for c in calls])

    def tell(self, request: ToolRequest, result: str) -> None:
        self._input.append({"type": "function_call_output", "call_id": request.call_id, "output": result})

    def _whole(self) -> Any:
        return self._client.responses.create(**self._request())

    def _streamed(self) -> Any:
        final = None
        for event in self._client.responses.create(**self._request(), stream=True):
            if event.type == "response.completed":
                final = event.response
        if final is None:
            raise RuntimeError("the stream ended before the response was complete")
        return final

    def _request(self) -> dict[str, Any]:
        request = {"model": _MODEL, "instructions": self._system, "input": self._input, "tools": self._tools}
        return {**request, "store": False, "reasoning": {"summary": "auto"}}

"""OpenAI's two APIs as conversations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from job import MODEL
from loop import Model, ModelFactory, Reply, ToolOutcome, ToolRequest, parsed_arguments
from openai import OpenAI
from tools import TOOLS


class ChatModel:
    def __init__(self, client: OpenAI, system: str, task: str, tools: Sequence[str], *, stream: bool) -> None:
        self._client = client
        self._stream = stream
        self._messages: list[Any] = [{"role": "system", "content": system}, {"role": "user", "content": task}]
        self._tools: list[Any] = [
            {"type": "function", "function": {"name": name, "description": TOOLS[name][0], "parameters": TOOLS[name][1]}}
            for name in tools
        ]

    def ask(self) -> Reply:
        message = self._streamed() if self._stream else self._whole()
        self._messages.append({key: value for key, value in message.items() if value})
        calls = [(call["id"], call["function"]) for call in message.get("tool_calls") or []]
        requests = [ToolRequest(id_, told["name"], parsed_arguments(told["arguments"])) for id_, told in calls]
        return Reply(message.get("content") or "", requests)

    def tell(self, outcomes: list[ToolOutcome]) -> None:
        for outcome in outcomes:
            told = {"role": "tool", "tool_call_id": outcome.request.call_id, "content": outcome.text}
            self._messages.append(told)

    def _whole(self) -> dict[str, Any]:
        done = self._client.chat.completions.create(model=MODEL, messages=self._messages, tools=self._tools)
        return done.choices[0].message.model_dump(include={"role", "content", "tool_calls"})

    def _streamed(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": "", "tool_calls": []}
        options: Any = {"include_usage": True}
        for chunk in self._client.chat.completions.create(
            model=MODEL, messages=self._messages, tools=self._tools, stream=True, stream_options=options
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
    def __init__(self, client: OpenAI, system: str, task: str, tools: Sequence[str], *, stream: bool) -> None:
        self._client = client
        self._stream = stream
        self._system = system
        self._input: list[Any] = [{"role": "user", "content": task}]
        self._tools: list[Any] = [
            {"type": "function", "name": name, "description": TOOLS[name][0], "parameters": TOOLS[name][1]}
            | {"strict": True}
            for name in tools
        ]

    def ask(self) -> Reply:
        response = self._streamed() if self._stream else self._whole()
        self._input += [json.loads(item.model_dump_json(exclude_none=True)) for item in response.output]
        calls = [item for item in response.output if item.type == "function_call"]
        requests = [ToolRequest(call.call_id, call.name, parsed_arguments(call.arguments)) for call in calls]
        return Reply(response.output_text, requests)

    def tell(self, outcomes: list[ToolOutcome]) -> None:
        for outcome in outcomes:
            told = {"type": "function_call_output", "call_id": outcome.request.call_id, "output": outcome.text}
            self._input.append(told)

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
        request = {"model": MODEL, "instructions": self._system, "input": self._input, "tools": self._tools}
        return {**request, "store": False, "reasoning": {"summary": "auto"}}


def model_factory(api: str, *, stream: bool) -> ModelFactory:
    """Conversations over one of OpenAI's APIs, "chat" or "responses", by one client."""
    client = OpenAI()
    kind = ChatModel if api == "chat" else ResponsesModel

    def make(system: str, task: str, tools: Sequence[str]) -> Model:
        return kind(client, system, task, tools, stream=stream)

    return make

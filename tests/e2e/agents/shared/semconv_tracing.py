"""Spans of agents and tools as OpenTelemetry's conventions for generative AI describe them."""

from __future__ import annotations

import json
from collections.abc import Callable

from loop import ToolRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind, Status, StatusCode


class SemconvTracing:
    def __init__(self, provider: TracerProvider, conversation: str) -> None:
        self._tracer = provider.get_tracer("coding-agent")
        self._conversation = conversation

    def agent(self, name: str, task: str, work: Callable[[], str]) -> str:
        attributes = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": name,
            "gen_ai.conversation.id": self._conversation,
        }
        with self._tracer.start_as_current_span(f"invoke_agent {name}", kind=SpanKind.INTERNAL, attributes=attributes):
            return work()

    def tool(self, request: ToolRequest, work: Callable[[], str]) -> str:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": request.name,
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.id": request.call_id,
            "gen_ai.tool.call.arguments": json.dumps(request.arguments),
        }
        with self._tracer.start_as_current_span(
            f"execute_tool {request.name}", attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                result = work()
            except Exception as problem:
                span.set_attribute("error.type", type(problem).__name__)
                span.set_status(Status(StatusCode.ERROR, str(problem)))
                raise
            span.set_attribute("gen_ai.tool.call.result", result)
            return result


class NoTracing:
    """For a program that has no spans of its own: only what its instrumentation makes."""

    def agent(self, name: str, task: str, work: Callable[[], str]) -> str:
        return work()

    def tool(self, request: ToolRequest, work: Callable[[], str]) -> str:
        return work()

"""Spans of agents and tools by OpenInference's own tracer, as its documentation makes them."""

from __future__ import annotations

from collections.abc import Callable

from loop import ToolRequest
from openinference.instrumentation import OITracer, TraceConfig
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Status, StatusCode


class OpenInferenceTracing:
    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = OITracer(provider.get_tracer("coding-agent"), config=TraceConfig())

    def agent(self, name: str, task: str, work: Callable[[], str]) -> str:
        with self._tracer.start_as_current_span(name, openinference_span_kind="agent") as span:
            span.set_attribute("agent.name", name)
            span.set_input(task)
            answer = work()
            span.set_output(answer)
            span.set_status(Status(StatusCode.OK))
            return answer

    def tool(self, request: ToolRequest, work: Callable[[], str]) -> str:
        with self._tracer.start_as_current_span(
            request.name, openinference_span_kind="tool", record_exception=False, set_status_on_exception=False
        ) as span:
            span.set_tool(name=request.name, parameters=request.arguments)
            span.set_attribute("tool.id", request.call_id)
            span.set_input(request.arguments)
            try:
                result = work()
            except Exception as problem:
                # Noted here and not by the tracer, which would put the type before the message.
                span.record_exception(problem)
                span.set_status(Status(StatusCode.ERROR, str(problem)))
                raise
            span.set_output(result)
            span.set_status(Status(StatusCode.OK))
            return result

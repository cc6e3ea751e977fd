"""A small coding agent on OpenAI's Python SDK, traced by OpenInference.

    python agent.py --workspace DIR [--api chat|responses] [--stream]

The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import telemetry
from models import ChatModel, Model, ResponsesModel, ToolRequest
from openai import OpenAI, OpenAIError
from openinference.instrumentation import OITracer, using_session
from opentelemetry.trace import Status, StatusCode
from tools import Toolbox

_STEPS_MAX = 12

_SYSTEM = """You are a careful programmer working in a small Python project.
Look before you change anything, keep changes small, and run the tests when you are done.
Paths are relative to the project. Say in a sentence what you are about to do, then do it."""

_TASK = "Since the bulk discount was added, one of the tests fails. Find out why and mend it."


def run_tool(tracer: OITracer, tools: Toolbox, request: ToolRequest) -> str:
    """What the model is told: the tool's result, or what went wrong."""
    with tracer.start_as_current_span(request.name, openinference_span_kind="tool") as span:
        arguments = json.loads(request.arguments)
        span.set_tool(name=request.name, parameters=arguments)
        span.set_attribute("tool.id", request.call_id)
        span.set_input(arguments)
        try:
            result = tools.call(request.name, arguments)
        except Exception as problem:  # whatever a tool raises is for the model to deal with
            span.record_exception(problem)
            span.set_status(Status(StatusCode.ERROR, str(problem)))
            return f"Error: {problem}"
        span.set_output(result)
        span.set_status(Status(StatusCode.OK))
        return result


def run_agent(tracer: OITracer, model: Model, tools: Toolbox) -> str:
    """The loop: ask the model, do what it asks for, until it has nothing more to ask."""
    with tracer.start_as_current_span("coding-agent", openinference_span_kind="agent") as span:
        span.set_attribute("agent.name", "coding-agent")
        span.set_input(_TASK)
        for _ in range(_STEPS_MAX):
            reply = model.ask()
            if not reply.tool_requests:
                span.set_output(reply.text)
                span.set_status(Status(StatusCode.OK))
                return reply.text
            for request in reply.tool_requests:
                model.tell(request, run_tool(tracer, tools, request))
        raise RuntimeError(f"not done after {_STEPS_MAX} steps")


def main() -> int:
    parser = argparse.ArgumentParser(description="a small coding agent")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--api", choices=["chat", "responses"], default="chat")
    parser.add_argument("--stream", action="store_true")
    options = parser.parse_args()

    provider, tracer = telemetry.start()
    make_model = ChatModel if options.api == "chat" else ResponsesModel
    model = make_model(OpenAI(), _SYSTEM, _TASK, stream=options.stream)
    try:
        with using_session(os.environ.get("AGENT_SESSION_ID", "openinference-agent")):
            print(run_agent(tracer, model, Toolbox(options.workspace)))
        return 0
    except (OpenAIError, RuntimeError) as problem:
        print(f"agent failed: {problem}", file=sys.stderr)
        return 1
    finally:
        provider.shutdown()


if __name__ == "__main__":
    sys.exit(main())

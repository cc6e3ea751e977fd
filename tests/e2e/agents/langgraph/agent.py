"""A small coding agent on LangChain and LangGraph, traced by OpenInference or by OpenLLMetry, whichever is installed.

    python agent.py --workspace DIR [--stream] [--api chat|responses] [--reviewer none|tool]

The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import tracing
from functions import tool_functions
from job import MODEL, REVIEWER_ABOUT, REVIEWER_SYSTEM, STEPS_MAX, SYSTEM, TASK, finish, option_parser, session_id
from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain_core.messages import ToolMessage
from langchain_core.tools import StructuredTool
from langchain_openai import ChatOpenAI
from openai import OpenAIError


def _instrument(provider: Any) -> None:
    if find_spec("openinference"):
        from openinference.instrumentation.langchain import LangChainInstrumentor
    else:
        from opentelemetry.instrumentation.langchain import LangchainInstrumentor as LangChainInstrumentor
    LangChainInstrumentor().instrument(tracer_provider=provider)


@wrap_tool_call
def _tell_the_model(request: Any, handler: Any) -> Any:
    """A tool that raises must not end the run: the model is told, as LangChain's documentation has it."""
    try:
        return handler(request)
    except Exception as problem:  # whatever a tool raises is for the model to deal with
        return ToolMessage(f"Error: {problem}", tool_call_id=request.tool_call["id"], status="error")


def _agent(options: Namespace) -> Any:
    model = ChatOpenAI(
        model=MODEL,
        use_responses_api=options.api == "responses",
        streaming=options.stream,
        stream_usage=options.stream or None,
    )
    functions = tool_functions(options.workspace)
    tools = [StructuredTool.from_function(function) for function in functions]
    reading = [tool for tool in tools if tool.name == "read_file"]

    def review(input: str) -> str:
        """Reviews a change that was made to the project."""
        reviewer = create_agent(model, reading, system_prompt=REVIEWER_SYSTEM, name="reviewer")
        return str(reviewer.invoke({"messages": [("user", input)]})["messages"][-1].text)

    if options.reviewer == "tool":
        tools.append(StructuredTool.from_function(review, description=REVIEWER_ABOUT))
    return create_agent(model, tools, system_prompt=SYSTEM, middleware=[_tell_the_model], name="coding-agent")


def _run(options: Namespace) -> str:
    config: Any = {
        "configurable": {"thread_id": session_id("langgraph")},
        "metadata": {"session_id": session_id("langgraph")},
        "recursion_limit": 4 * STEPS_MAX,
    }
    done = _agent(options).invoke({"messages": [("user", TASK)]}, config)
    return str(done["messages"][-1].text)


def main() -> int:
    options = option_parser(__doc__, api="chat", reviewers=("tool",)).parse_args()
    provider = tracing.start("langgraph")
    _instrument(provider)
    return finish(lambda: _run(options), (OpenAIError,), provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

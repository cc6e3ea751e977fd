"""A small coding agent on Pydantic AI, traced by Pydantic AI's own instrumentation.

    python agent.py --workspace DIR [--stream] [--api chat|responses] [--reviewer none|tool] [--format 2..6] [--totals]

--format is the version of the data format, --totals gives the agent's span its tokens under the names of a call's.
The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import tracing
from functions import tool_functions
from job import MODEL, REVIEWER_SYSTEM, STEPS_MAX, SYSTEM, TASK, finish, option_parser, session_id
from pydantic_ai import Agent, InstrumentationSettings, ModelRetry, RunContext, UsageLimits
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel


def _asking_again(function: Callable[..., str]) -> Callable[..., str]:
    """A tool that fails would end the run; ModelRetry tells the model instead, as the documentation has it."""

    @wraps(function)
    def tool(**arguments: str) -> str:
        try:
            return function(**arguments)
        except (OSError, ValueError) as problem:
            raise ModelRetry(str(problem)) from problem

    return tool


def _agent(options: Namespace) -> Agent:
    model = (OpenAIChatModel if options.api == "chat" else OpenAIResponsesModel)(MODEL)
    tools = {function.__name__: _asking_again(function) for function in tool_functions(options.workspace)}
    agent = Agent(model, name="coding-agent", instructions=SYSTEM, tools=list(tools.values()))
    reviewer = Agent(model, name="reviewer", instructions=REVIEWER_SYSTEM, tools=[tools["read_file"]])

    async def review(context: RunContext[None], input: str) -> str:
        """Reviews a change that was made to the project."""
        return (await reviewer.run(input, usage=context.usage)).output

    if options.reviewer == "tool":
        agent.tool(review)
    return agent


async def _read_events(_context: Any, events: Any) -> None:
    """With a reader of events the model's answers are streamed."""
    async for _ in events:
        pass


def _run(options: Namespace) -> str:
    done = _agent(options).run_sync(
        TASK,
        conversation_id=session_id("pydantic-ai"),
        event_stream_handler=_read_events if options.stream else None,
        usage_limits=UsageLimits(request_limit=STEPS_MAX),
    )
    return done.output


def main() -> int:
    parser = option_parser(__doc__, api="chat", reviewers=("tool",))
    parser.add_argument("--format", type=int, choices=[2, 3, 4, 5, 6], default=5)
    parser.add_argument("--totals", action="store_true")
    options = parser.parse_args()
    provider = tracing.start("pydantic-ai")
    Agent.instrument_all(
        InstrumentationSettings(version=options.format, use_aggregated_usage_attribute_names=not options.totals)
    )
    return finish(lambda: _run(options), (AgentRunError,), provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

"""A small coding agent on Google's Agent Development Kit, which traces itself.

    python agent.py --workspace DIR [--stream] [--reviewer none|tool]

The model server is found through GOOGLE_GEMINI_BASE_URL and GOOGLE_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import logs
import tracing
from functions import tool_functions
from google.adk.agents import LlmAgent
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.models.google_llm import Gemini
from google.adk.planners import BuiltInPlanner
from google.adk.runners import InMemoryRunner
from google.adk.tools.agent_tool import AgentTool
from google.genai import errors, types
from job import REVIEWER_ABOUT, REVIEWER_SYSTEM, SYSTEM, TASK, finish, option_parser, session_id
from pydantic import BaseModel

_MODEL = "gemini-2.5-flash"
_USER = "someone"


class Review(BaseModel):
    """What the reviewer is asked."""

    input: str


def _tell_error(tool: Any, args: dict[str, Any], tool_context: Any, error: Exception) -> dict[str, str]:
    """A tool that fails is for the model to deal with."""
    return {"error": str(error)}


def _agent(options: Namespace) -> LlmAgent:
    model = Gemini(model=_MODEL, retry_options=types.HttpRetryOptions(attempts=3, initial_delay=0.1, jitter=0.0))
    functions = tool_functions(options.workspace)
    tools: list[Any] = list(functions)
    if options.reviewer == "tool":
        reviewer = LlmAgent(
            name="review",
            model=model,
            description=REVIEWER_ABOUT,
            instruction=REVIEWER_SYSTEM,
            input_schema=Review,
            tools=[function for function in functions if function.__name__ == "read_file"],
        )
        tools.append(AgentTool(reviewer))
    return LlmAgent(
        name="coding_agent",
        model=model,
        instruction=SYSTEM,
        tools=tools,
        planner=BuiltInPlanner(thinking_config=types.ThinkingConfig(include_thoughts=True)),
        on_tool_error_callback=_tell_error,
    )


async def _run(options: Namespace) -> str:
    runner = InMemoryRunner(agent=_agent(options), app_name="coding")
    conversation = session_id("adk-agent")
    await runner.session_service.create_session(app_name="coding", user_id=_USER, session_id=conversation)
    message = types.Content(role="user", parts=[types.Part(text=TASK)])
    mode = StreamingMode.SSE if options.stream else StreamingMode.NONE
    answer = ""
    async for event in runner.run_async(
        user_id=_USER, session_id=conversation, new_message=message, run_config=RunConfig(streaming_mode=mode)
    ):
        if event.is_final_response() and event.content:
            answer = "".join(part.text or "" for part in event.content.parts or [] if not part.thought)
    return answer


def main() -> int:
    options = option_parser(__doc__, reviewers=("tool",)).parse_args()
    provider, logger_provider = tracing.start("adk-agent"), logs.start("adk-agent")
    failures = (errors.APIError, OSError, RuntimeError)
    return finish(lambda: asyncio.run(_run(options)), failures, provider.shutdown, logger_provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

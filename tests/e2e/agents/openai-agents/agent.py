"""A small coding agent on OpenAI's Agents SDK, traced by OpenInference.

    python agent.py --workspace DIR [--stream] [--api chat|responses] [--reviewer none|handoff|tool]

The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import tracing
from agents import Agent, Runner, function_tool, set_default_openai_api
from agents.exceptions import AgentsException
from agents.run import RunConfig
from functions import tool_functions
from job import MODEL, REVIEWER_ABOUT, REVIEWER_SYSTEM, STEPS_MAX, SYSTEM, TASK, finish, option_parser, session_id
from openai import OpenAIError
from openinference.instrumentation import using_session
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor


def _agent(options: Namespace) -> Agent:
    functions = tool_functions(options.workspace)
    tools = [function_tool(function) for function in functions]
    reviewer = Agent(
        name="reviewer",
        handoff_description=REVIEWER_ABOUT,
        instructions=REVIEWER_SYSTEM,
        model=MODEL,
        tools=[function_tool(function) for function in functions if function.__name__ == "read_file"],
    )
    if options.reviewer == "tool":
        tools.append(reviewer.as_tool(tool_name="review", tool_description=REVIEWER_ABOUT))
    handoffs = [reviewer] if options.reviewer == "handoff" else []
    return Agent(name="coding-agent", instructions=SYSTEM, model=MODEL, tools=tools, handoffs=handoffs)


async def _run(options: Namespace) -> str:
    config = RunConfig(workflow_name="mending", group_id=session_id("openai-agents"))
    if not options.stream:
        return str((await Runner.run(_agent(options), TASK, max_turns=STEPS_MAX, run_config=config)).final_output)
    result = Runner.run_streamed(_agent(options), TASK, max_turns=STEPS_MAX, run_config=config)
    async for _ in result.stream_events():
        pass
    return str(result.final_output)


def main() -> int:
    options = option_parser(__doc__, api="responses", reviewers=("handoff", "tool")).parse_args()
    provider = tracing.start("openai-agents")
    set_default_openai_api("chat_completions" if options.api == "chat" else "responses")
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
    with using_session(session_id("openai-agents")):
        return finish(lambda: asyncio.run(_run(options)), (OpenAIError, AgentsException), provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

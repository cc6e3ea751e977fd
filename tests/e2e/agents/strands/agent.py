"""A small coding agent on Strands Agents with its OpenAI provider, traced by Strands' own telemetry.

    python agent.py --workspace DIR [--stream] [--reviewer none|tool] [--older-conventions]

--older-conventions: messages as one event each, instead of the newest conventions, whatever the environment asks for.
The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

from functions import tool_functions
from job import MODEL, REVIEWER_ABOUT, REVIEWER_SYSTEM, SYSTEM, TASK, finish, option_parser, session_id
from openai import OpenAIError
from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.telemetry import StrandsTelemetry


def _agent(options: Namespace) -> Agent:
    client = {"base_url": os.environ["OPENAI_BASE_URL"], "api_key": os.environ["OPENAI_API_KEY"]}
    model = OpenAIModel(client_args=client, model_id=MODEL, stream=options.stream)
    tools = {function.__name__: tool(function) for function in tool_functions(options.workspace)}
    session = {"session.id": session_id("strands")}
    reviewer = Agent(
        model,
        name="reviewer",
        description=REVIEWER_ABOUT,
        system_prompt=REVIEWER_SYSTEM,
        tools=[tools["read_file"]],
        trace_attributes=session,
        callback_handler=None,
    )
    delegates = [reviewer.as_tool(name="review")] if options.reviewer == "tool" else []
    return Agent(
        model,
        name="coding-agent",
        system_prompt=SYSTEM,
        tools=[*tools.values(), *delegates],
        trace_attributes=session,
        callback_handler=None,
    )


def main() -> int:
    parser = option_parser(__doc__, reviewers=("tool",))
    parser.add_argument("--older-conventions", action="store_true")
    options = parser.parse_args()
    if options.older_conventions:
        os.environ.pop("OTEL_SEMCONV_STABILITY_OPT_IN", None)
    telemetry = StrandsTelemetry().setup_otlp_exporter()
    return finish(lambda: _agent(options)(TASK), (OpenAIError,), telemetry.tracer_provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

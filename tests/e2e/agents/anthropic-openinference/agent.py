"""A small coding agent on Anthropic's Python SDK, traced by OpenInference.

    python agent.py --workspace DIR [--stream] [--reviewer none|tool]

The model server is found through ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import tracing
from anthropic import AnthropicError
from anthropic_model import model_factory
from job import finish, option_parser, session_id
from loop import Agents
from oi_tracing import OpenInferenceTracing
from openinference.instrumentation import using_session
from openinference.instrumentation.anthropic import AnthropicInstrumentor


def main() -> int:
    options = option_parser(__doc__, reviewers=("tool",)).parse_args()
    provider = tracing.start("anthropic-agent")
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    model = model_factory(stream=options.stream)
    agents = Agents(OpenInferenceTracing(provider), model, options.workspace, with_reviewer=options.reviewer == "tool")
    with using_session(session_id("anthropic-agent")):
        return finish(agents.run, (AnthropicError, RuntimeError), provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

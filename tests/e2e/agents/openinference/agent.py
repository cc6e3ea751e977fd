"""A small coding agent on OpenAI's Python SDK, traced by OpenInference.

    python agent.py --workspace DIR [--api chat|responses] [--stream] [--reviewer none|tool] [--also-openllmetry]

--also-openllmetry: a second instrumentation records the same calls, as happens to programs that set up both.
The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import tracing
from job import finish, option_parser, session_id
from loop import Agents
from oi_tracing import OpenInferenceTracing
from openai import OpenAIError
from openai_models import model_factory
from openinference.instrumentation import using_session
from openinference.instrumentation.openai import OpenAIInstrumentor


def main() -> int:
    parser = option_parser(__doc__, api="chat", reviewers=("tool",))
    parser.add_argument("--also-openllmetry", action="store_true")
    options = parser.parse_args()
    provider = tracing.start("openinference-agent")
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    if options.also_openllmetry:
        from opentelemetry.instrumentation.openai import OpenAIInstrumentor as OpenLLMetryInstrumentor

        OpenLLMetryInstrumentor().instrument(tracer_provider=provider)
    model = model_factory(options.api, stream=options.stream)
    agents = Agents(OpenInferenceTracing(provider), model, options.workspace, with_reviewer=options.reviewer == "tool")
    with using_session(session_id("openinference-agent")):
        return finish(agents.run, (OpenAIError, RuntimeError), provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

"""A small coding agent on OpenAI's Python SDK, traced by OpenInference and by OpenLLMetry at once.

    python agent.py --workspace DIR [--api chat|responses] [--stream] [--reviewer none|tool]

The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import tracing
from job import option_parser, session_id
from loop import Agents
from oi_tracing import OpenInferenceTracing
from openai import OpenAIError
from openai_models import model_factory
from openinference.instrumentation import using_session
from openinference.instrumentation.openai import OpenAIInstrumentor as OpenInferenceInstrumentor
from opentelemetry.instrumentation.openai import OpenAIInstrumentor as OpenLLMetryInstrumentor


def main() -> int:
    parser = option_parser(__doc__)
    parser.add_argument("--api", choices=["chat", "responses"], default="chat")
    parser.add_argument("--reviewer", choices=["none", "tool"], default="none")
    options = parser.parse_args()
    provider = tracing.start("both-agent")
    OpenInferenceInstrumentor().instrument(tracer_provider=provider)
    OpenLLMetryInstrumentor().instrument(tracer_provider=provider)
    model = model_factory(options.api, stream=options.stream)
    agents = Agents(OpenInferenceTracing(provider), model, options.workspace, with_reviewer=options.reviewer == "tool")
    try:
        with using_session(session_id("both-agent")):
            print(agents.run())
        return 0
    except (OpenAIError, RuntimeError) as problem:
        print(f"agent failed: {problem}", file=sys.stderr)
        return 1
    finally:
        provider.shutdown()


if __name__ == "__main__":
    sys.exit(main())

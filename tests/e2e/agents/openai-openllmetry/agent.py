"""A small coding agent on OpenAI's Python SDK, traced by OpenLLMetry, without spans of its own.

    python agent.py --workspace DIR [--stream] [--api chat|responses]

The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import tracing
from job import finish, option_parser
from loop import Agents
from openai import OpenAIError
from openai_models import model_factory
from opentelemetry.instrumentation.openai import OpenAIInstrumentor
from semconv_tracing import NoTracing


def main() -> int:
    options = option_parser(__doc__, api="chat").parse_args()
    provider = tracing.start("openai-agent")
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    model = model_factory(options.api, stream=options.stream)
    agents = Agents(NoTracing(), model, options.workspace, with_reviewer=False)
    return finish(agents.run, (OpenAIError, RuntimeError), provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

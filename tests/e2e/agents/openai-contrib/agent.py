"""A small coding agent on OpenAI's Python SDK, traced by OpenTelemetry's own instrumentation, messages as log records.

    python agent.py --workspace DIR [--stream] [--reviewer none|tool]

The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import logs
import tracing
from job import finish, option_parser, session_id
from loop import Agents
from openai import OpenAIError
from openai_models import model_factory
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from semconv_tracing import SemconvTracing


def main() -> int:
    options = option_parser(__doc__, reviewers=("tool",)).parse_args()
    provider, logger_provider = tracing.start("contrib-agent"), logs.start("contrib-agent")
    OpenAIInstrumentor().instrument()
    model = model_factory("chat", stream=options.stream)
    own_spans = SemconvTracing(provider, session_id("contrib-agent"))
    agents = Agents(own_spans, model, options.workspace, with_reviewer=options.reviewer == "tool")
    return finish(agents.run, (OpenAIError, RuntimeError), provider.shutdown, logger_provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

"""A small coding agent on LiteLLM, traced by LiteLLM's own OpenTelemetry callback.

    python agent.py --workspace DIR [--stream] [--reviewer none|tool]

The model server is found through OPENAI_BASE_URL and OPENAI_API_KEY. Ends with 1 when the run failed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared"))

import litellm
import tracing
from job import MODEL, finish, option_parser, session_id
from litellm.litellm_core_utils.thread_pool_executor import executor
from loop import Agents, Model, Reply, ToolOutcome, ToolRequest, parsed_arguments
from openai import OpenAIError
from opentelemetry import trace
from semconv_tracing import SemconvTracing
from tools import TOOLS


class LiteLlmModel:
    """A conversation through litellm.completion()."""

    def __init__(self, system: str, task: str, tools: Sequence[str], *, stream: bool) -> None:
        self._stream = stream
        self._messages: list[Any] = [{"role": "system", "content": system}, {"role": "user", "content": task}]
        told = {name: {"name": name, "description": TOOLS[name][0], "parameters": TOOLS[name][1]} for name in tools}
        self._tools = [{"type": "function", "function": function} for function in told.values()]

    def ask(self) -> Reply:
        answer = self._completion()
        message = answer.choices[0].message
        self._messages.append(message.model_dump(include={"role", "content", "tool_calls"}, exclude_none=True))
        calls = [(call.id, call.function) for call in message.tool_calls or []]
        requests = [ToolRequest(id_, str(told.name), parsed_arguments(told.arguments)) for id_, told in calls]
        return Reply(message.content or "", requests)

    def tell(self, outcomes: list[ToolOutcome]) -> None:
        for outcome in outcomes:
            told = {"role": "tool", "tool_call_id": outcome.request.call_id, "content": outcome.text}
            self._messages.append(told)

    def _completion(self) -> Any:
        options: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}} if self._stream else {}
        answer = litellm.completion(
            model=f"openai/{MODEL}",
            messages=self._messages,
            tools=self._tools,
            metadata={"litellm_parent_otel_span": trace.get_current_span()},
            **options,
        )
        return litellm.stream_chunk_builder(list(answer)) if self._stream else answer


def main() -> int:
    options = option_parser(__doc__, reviewers=("tool",)).parse_args()
    provider = tracing.start("litellm")
    litellm.callbacks = ["otel"]

    def make_model(system: str, task: str, tools: Sequence[str]) -> Model:
        return LiteLlmModel(system, task, tools, stream=options.stream)

    own_spans = SemconvTracing(provider, session_id("litellm"))
    agents = Agents(own_spans, make_model, options.workspace, with_reviewer=options.reviewer == "tool")
    # The executor's threads make the spans, the last one after the answer.
    return finish(agents.run, (OpenAIError, RuntimeError), executor.shutdown, provider.shutdown)


if __name__ == "__main__":
    sys.exit(main())

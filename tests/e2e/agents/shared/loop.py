"""The loop of an agent that talks to a model server itself: ask, do what the model asks for, until it asks no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from job import REVIEWER_SYSTEM, STEPS_MAX, SYSTEM, TASK
from tools import REVIEWER_TOOLS, TOOLS, Toolbox


@dataclass(frozen=True)
class ToolRequest:
    call_id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class ToolOutcome:
    request: ToolRequest
    text: str  # what the model is told
    failed: bool


@dataclass(frozen=True)
class Reply:
    text: str
    tool_requests: list[ToolRequest]


class Model(Protocol):
    """A conversation with a model."""

    def ask(self) -> Reply:
        """Sends the conversation; raises the client's own error when its retries are used up."""

    def tell(self, outcomes: list[ToolOutcome]) -> None:
        """Adds what became of the tools that the last reply asked for."""


class Tracing(Protocol):
    """The program's own spans around agents and tools, made the way its instrumentation documents it."""

    def agent(self, name: str, task: str, work: Callable[[], str]) -> str:
        """Does the work in a span of an agent, which says what it was asked and what came of it."""

    def tool(self, request: ToolRequest, work: Callable[[], str]) -> str:
        """Does the work in a span of a tool. What the work raises is noted there, and goes on."""


# system prompt, first user message, names of the tools -> a conversation
ModelFactory = Callable[[str, str, Sequence[str]], Model]


class Agents:
    """The coding agent, and the reviewer it may ask."""

    def __init__(self, tracing: Tracing, make_model: ModelFactory, workspace: Path, *, with_reviewer: bool) -> None:
        self._tracing = tracing
        self._make_model = make_model
        self._toolbox = Toolbox(workspace)
        self._tools = [name for name in TOOLS if name != "review" or with_reviewer]

    def run(self) -> str:
        """What the coding agent says in the end."""
        return self._run("coding-agent", SYSTEM, TASK, self._tools)

    def _run(self, name: str, system: str, task: str, tools: Sequence[str]) -> str:
        model = self._make_model(system, task, tools)

        def work() -> str:
            for _ in range(STEPS_MAX):
                reply = model.ask()
                if not reply.tool_requests:
                    return reply.text
                model.tell([self._do(request) for request in reply.tool_requests])
            raise RuntimeError(f"not done after {STEPS_MAX} steps")

        return self._tracing.agent(name, task, work)

    def _do(self, request: ToolRequest) -> ToolOutcome:
        def work() -> str:
            if request.name == "review":
                return self._run("reviewer", REVIEWER_SYSTEM, request.arguments["input"], REVIEWER_TOOLS)
            return self._toolbox.call(request.name, request.arguments)

        try:
            return ToolOutcome(request, self._tracing.tool(request, work), failed=False)
        except (OSError, ValueError, TypeError) as problem:  # what a tool raises is for the model to deal with
            return ToolOutcome(request, f"Error: {problem}", failed=True)


def parsed_arguments(text: str) -> dict[str, Any]:
    """The arguments as the model wrote them."""
    return json.loads(text) if text else {}

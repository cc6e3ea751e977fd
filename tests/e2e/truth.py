"""What really happened in a run, read from the stand-in's truth file: the calls, the tools, the conversations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spoken import Json, Spoken, answered, asked, finish_reason_of, model_of


@dataclass(frozen=True)
class ToolUse:
    call_id: str
    name: str
    arguments: Any
    result: Any  # what the model was told; None when it was never told
    fails: bool


@dataclass(frozen=True)
class ModelCall:
    conversation: str
    api: str
    is_streaming: bool
    request: Json
    response: Json
    usage: dict[str, int] | None  # prompt, cached, cache_write, completion, reasoning; None when the call failed
    tool_fails: list[bool]
    status: int  # of HTTP; 0 when the connection was dropped
    delay_ms: int  # how long the model thought before it answered
    begun_text: str = ""  # of an answer that was cut off: an SDK may have heard some of it

    @property
    def failed(self) -> bool:
        return self.status != 200

    @property
    def error_message(self) -> str | None:
        """What the server said was wrong; None when it said nothing at all."""
        error = self.response.get("error")
        return str(error["message"]) if error else None

    @property
    def model(self) -> str:
        return model_of(self.response)

    @property
    def finish_reason(self) -> str | None:
        """None where the API has no such field."""
        return None if self.failed else finish_reason_of(self.api, self.response)

    def asked(self) -> list[Spoken]:
        """The conversation as the request carried it."""
        return asked(self.api, self.request)

    def answered(self) -> list[Spoken]:
        """What the model said; nothing when the call failed."""
        return [] if self.failed else answered(self.api, self.response)


@dataclass(frozen=True)
class Truth:
    calls: list[ModelCall]

    def tool_uses(self) -> list[ToolUse]:
        """Every tool call the model asked for, in order, with what it was told about it."""
        results = {part[2][0]: part[2][1] for call in self.calls for part in call.asked() if part[1] == "tool_result"}
        uses = []
        for call in self.calls:
            asked_for = [part[2] for part in call.answered() if part[1] == "tool_call"]
            for (call_id, name, arguments), fails in zip(asked_for, call.tool_fails, strict=True):
                uses.append(ToolUse(call_id, name, arguments, results.get(call_id), fails))
        return uses

    def conversations(self) -> list[list[Spoken]]:
        """All that was said, once and in order, per conversation: its last request, and the answer to it.

        The order is that of their beginnings.
        """
        last: dict[str, ModelCall] = {}
        for call in self.calls:
            last[call.conversation] = call
        return [call.asked() + call.answered() for call in last.values()]


def parse_truth(lines: list[Json]) -> Truth:
    return Truth(
        [
            ModelCall(
                conversation=line["conversation"],
                api=line["api"],
                is_streaming=line["streaming"],
                request=line["request"],
                response=line["response"],
                usage=line["usage"],
                tool_fails=line.get("tool_fails", []),
                status=line["status"],
                delay_ms=line["delay_ms"],
                begun_text=line.get("begun_text", ""),
            )
            for line in lines
        ]
    )


def read_lines(path: Path) -> list[Json]:
    """The truth file's records, oldest first."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

"""Both sides of a comparison: what happened (the stand-in's truth) and what Strobe says happened (its JSON)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emitted import Emitted
from truth import Spoken, Truth, folded_role, parse_truth, parsed

Json = dict[str, Any]

BUCKETS = ("input", "cache_read", "cache_write", "output", "reasoning")


@dataclass
class Evidence:
    """Of one run. Plain data, so that the self-test can tamper with every piece of it."""

    emitted: Emitted
    session_key: str
    agent_exit_code: int  # what the agent is expected to end with
    run_exit_code: int  # what `strobe run` ended with
    truth_lines: list[Json]
    show: Json
    transcript: Json
    sessions: list[Json]

    def truth(self) -> Truth:
        return parse_truth(self.truth_lines)

    def spans(self, kind: str) -> list[Json]:
        """Strobe's spans of a kind, by start."""
        found = [span for span in self.show["spans"] if span["kind"] == kind]
        return sorted(found, key=lambda span: int(span["start_unix_ns"]))

    def ancestors(self, span: Json) -> Iterator[Json]:
        """From the parent upwards; ends at a parent that is not there, and at a circle."""
        by_id = {other["span_id"]: other for other in self.show["spans"]}
        seen = {span["span_id"]}
        while (parent := by_id.get(span["parent_span_id"] or "")) is not None and parent["span_id"] not in seen:
            seen.add(parent["span_id"])
            yield parent
            span = parent

    def expected_usage(self, usage: dict[str, int] | None) -> dict[str, int]:
        """The five disjoint buckets of a call, as far as the SDK told about them."""
        if usage is None:
            return dict.fromkeys(BUCKETS, 0)
        cached = usage["cached"] if self.emitted.cached_tokens else 0
        reasoning = usage["reasoning"] if self.emitted.reasoning_tokens else 0
        return {
            "input": usage["prompt"] - cached,
            "cache_read": cached,
            "cache_write": 0,
            "output": usage["completion"] - reasoning,
            "reasoning": reasoning,
        }


def buckets(usage: Json | None) -> dict[str, int]:
    """Strobe's usage object; none at all is all zero."""
    return {name: (usage or {}).get(name, 0) for name in BUCKETS}


def spoken(transcript: Json) -> list[Spoken]:
    """Strobe's transcript as a flat list of parts, to be compared with the truth's."""
    return [_part(message["role"], part) for message in transcript["messages"] for part in message["parts"]]


def _part(role: str, part: Json) -> Spoken:
    match part["type"]:
        case "tool_call":
            return ("assistant", "tool_call", (part.get("id"), part.get("name"), parsed(part.get("arguments"))))
        case "tool_result":
            return ("tool", "tool_result", (part.get("id"), parsed(part.get("result"))))
        case kind:
            return (folded_role(role), kind, part.get("text"))

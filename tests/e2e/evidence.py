"""Both sides of a comparison: what happened (the stand-in's truth) and what Strobe says happened (its JSON)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scenario import Emitted
from spoken import Json, Spoken, folded_role, parsed, result_of
from truth import ModelCall, ToolUse, Truth, parse_truth

BUCKETS = ("input", "cache_read", "cache_write", "output", "reasoning")


@dataclass
class Evidence:
    """Of one run. Plain data, so that the self-test can tamper with every piece of it."""

    emitted: Emitted
    provider: str | None
    session_key: str
    agent_exit_code: int  # what the agent is expected to end with
    run_exit_code: int  # what `strobe run` ended with
    truth_lines: list[Json]
    show: Json
    transcript: Json
    sessions: list[Json]
    sent: list[bytes]  # the bodies of the OTLP requests, as the SDK sent them

    def truth(self) -> Truth:
        truth = parse_truth(self.truth_lines)
        if self.emitted.tool_errors:
            return truth
        return Truth([replace(call, tool_fails=[False] * len(call.tool_fails)) for call in truth.calls])

    def visible_calls(self) -> list[ModelCall]:
        """The calls that left a span. An attempt that was tried again leaves none with SDKs that retry silently."""
        calls = self.truth().calls
        if self.emitted.retries_as_spans:
            return calls
        again = {call.conversation: at for at, call in enumerate(calls)}  # the last one of each
        return [call for at, call in enumerate(calls) if not call.failed or at == again[call.conversation]]

    def expected_conversations(self) -> list[list[Spoken]]:
        """What was said, as far as the SDK told about it."""
        kept = self.emitted.reasoning_text
        calls = self.truth().calls
        told = Truth([call for call in calls if self.emitted.failed_requests or not call.failed]).conversations()
        if not self.emitted.last_reasoning:
            told = [_without_last_reasoning(parts) for parts in told]
        if not self.emitted.reasoning_marked:
            told = [[(role, "text" if kind == "reasoning" else kind, c) for role, kind, c in parts] for parts in told]
        return [self._ordered([part for part in parts if kept or part[1] != "reasoning"]) for parts in told]

    def expected_parts(self) -> list[Spoken]:
        """The parts of all conversations."""
        return [part for parts in self.expected_conversations() for part in parts]

    def _ordered(self, parts: list[Spoken]) -> list[Spoken]:
        """Both sides in one form, where the SDK shuffles the parts of an answer or repeats answers otherwise."""
        if not self.emitted.part_order:
            answers = itertools.groupby(parts, key=lambda part: part[0])
            parts = [part for _, answer in answers for part in sorted(answer, key=lambda part: part[1] == "tool_call")]
        if not self.emitted.same_repetitions:
            parts = [part for at, part in enumerate(parts) if part not in parts[:at]]
        return parts

    def conversations(self) -> list[list[Spoken]]:
        """The transcript in Strobe's words: one conversation for each agent, if the run had more than one at all."""
        several = len(self.truth().conversations()) > 1
        spans = {span["span_id"]: span for span in self.show["spans"]}
        told: dict[str, list[Spoken]] = {}
        for message in self.transcript["messages"]:
            agent = self._agent_of(spans[message["span_id"]]) if several and message["span_id"] in spans else ""
            told.setdefault(agent, []).extend(_part(message["role"], part) for part in message["parts"])
        for parts in told.values():
            self._without_begun(parts)
            self._joined(parts)
        return [self._ordered(parts) for parts in told.values()]

    def _agent_of(self, span: Json) -> str:
        if not self.emitted.sub_agent_calls:  # whose conversation it is, only the truth can tell
            calls = zip(self.spans("llm"), self.visible_calls())
            return next((call.conversation for one, call in calls if one["span_id"] == span["span_id"]), "")
        return next((above["span_id"] for above in self.ancestors(span) if above["kind"] == "agent"), "")

    def _joined(self, parts: list[Spoken]) -> None:
        """Where the SDK tells a streamed answer in pieces, these are one text; told again as a whole, nothing new."""
        if self.emitted.whole_answers:
            return
        texts = [str(c) for role, kind, c in self.expected_parts() if (role, kind) == ("assistant", "text")]
        for text in texts:
            pieces = [at for at, part in enumerate(parts) if part[:2] == ("assistant", "text") and part[2] in text]
            wholes = [at for at in pieces if parts[at][2] == text]
            told = "".join(parts[at][2] for at in pieces if at not in wholes)
            if pieces and told.startswith(text):
                parts[pieces[0]] = ("assistant", "text", text)
                for at in reversed(pieces[1:]):
                    del parts[at]
        parts[:] = [part for at, part in enumerate(parts) if part not in parts[:at]]

    def _without_begun(self, parts: list[Spoken]) -> None:
        """What an SDK heard of an answer that was cut off is right, and so is nothing."""
        begun = self.truth().calls[-1].begun_text
        if parts and begun and parts[-1][:2] == ("assistant", "text") and begun.startswith(parts[-1][2]):
            parts.pop()

    def spans(self, kind: str) -> list[Json]:
        """Strobe's spans of a kind, by start; of several recordings of one call, the one that speaks for it."""
        found = [span for span in self.show["spans"] if span["kind"] == kind and not span.get("duplicate_of")]
        return sorted(found, key=lambda span: int(span["start_unix_ns"]))

    def first_token_ns(self, span: Json) -> int | None:
        """From the call's start; told by the span, or by another recording of the same call."""
        recordings = [span, *(other for other in self.show["spans"] if other.get("duplicate_of") == span["span_id"])]
        return next((int(one["ttft_ns"]) for one in recordings if one["ttft_ns"] is not None), None)

    def ancestors(self, span: Json) -> Iterator[Json]:
        """From the parent upwards; ends at a parent that is not there, and at a circle."""
        by_id = {other["span_id"]: other for other in self.show["spans"]}
        seen = {span["span_id"]}
        while (parent := by_id.get(span["parent_span_id"] or "")) is not None and parent["span_id"] not in seen:
            seen.add(parent["span_id"])
            yield parent
            span = parent

    def expected_model(self, call: ModelCall) -> str:
        """Who answered, or who was asked where the SDK tells no more."""
        return call.model if self.emitted.response_model else str(call.request.get("model", call.model))

    def expected_arguments(self, use: ToolUse) -> object:
        """The arguments; the value alone where there is one and the SDK does not tell its name."""
        one = list(use.arguments.values()) if isinstance(use.arguments, dict) else []
        return one[0] if len(one) == 1 and not self.emitted.argument_names else use.arguments

    def expected_usage(self, usage: dict[str, int] | None) -> dict[str, int]:
        """The five disjoint buckets of a call, as far as the SDK told about them."""
        if usage is None:
            return dict.fromkeys(BUCKETS, 0)
        if not self.emitted.usage:
            return dict.fromkeys(BUCKETS, 0)
        cached = usage["cached"] if self.emitted.cached_tokens else 0
        written = usage["cache_write"] if self.emitted.cache_write_tokens else 0
        reasoning = usage["reasoning"] if self.emitted.reasoning_tokens else 0
        return {
            "input": usage["prompt"] - cached - written,
            "cache_read": cached,
            "cache_write": written,
            "output": usage["completion"] - reasoning + self.emitted.output_tokens_over,
            "reasoning": reasoning,
        }


def _without_last_reasoning(parts: list[Spoken]) -> list[Spoken]:
    asked = max((at for at, part in enumerate(parts, 1) if part[0] != "assistant"), default=0)
    return parts[:asked] + [part for part in parts[asked:] if part[1] != "reasoning"]


def buckets(usage: Json | None) -> dict[str, int]:
    """Strobe's usage object; none at all is all zero."""
    return {name: (usage or {}).get(name, 0) for name in BUCKETS}


def _part(role: str, part: Json) -> Spoken:
    match part["type"]:
        case "tool_call":
            return ("assistant", "tool_call", (part.get("id"), part.get("name"), parsed(part.get("arguments"))))
        case "tool_result":
            return ("tool", "tool_result", (part.get("id"), result_of(part.get("result"))))
        case kind:
            return (folded_role(role), kind, part.get("text"))

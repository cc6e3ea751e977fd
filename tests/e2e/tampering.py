"""Tampering with what Strobe shows of things that the SDK lost: see self_test.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evidence import BUCKETS, Evidence, Json


@dataclass(frozen=True)
class Tampering:
    """`apply` changes the evidence in place; it returns False where the run holds nothing of the kind."""

    what: str
    turns_red: tuple[str, ...]
    apply: Callable[[Evidence], bool]


def _shown(change: Callable[[Evidence], object]) -> Callable[[Evidence], bool]:
    """Makes Strobe say something about what the SDK never sent."""

    def apply(evidence: Evidence) -> bool:
        change(evidence)
        return True

    return apply


def _every(kind: str, change: Callable[[Json], object]) -> Callable[[Evidence], bool]:
    def apply(evidence: Evidence) -> bool:
        for span in evidence.spans(kind):
            change(span)
        return True

    return apply


def _more_spans(evidence: Evidence, kind: str) -> None:
    """As many spans of a kind once more as there are calls."""
    calls = evidence.spans("llm")
    evidence.show["spans"] += [{**span, "span_id": f"{at:016x}", "kind": kind} for at, span in enumerate(calls, 1)]


def _seen_request(evidence: Evidence) -> None:
    next(span for span in evidence.spans("llm") if span["status"] == "error")["input_context"] = "0" * 64


def _calls_of_sub_agent(evidence: Evidence) -> None:
    sub_agent = evidence.spans("agent")[-1]["span_id"]
    for span in evidence.spans("llm"):
        span["parent_span_id"] = sub_agent


def _thought(evidence: Evidence) -> None:
    last = evidence.transcript["messages"][-1]
    thought = {"type": "reasoning", "text": "Nobody said this."}
    evidence.transcript["messages"].append({**last, "role": "assistant", "parts": [thought]})


def _in_tools(key: str, value: Any) -> Callable[[Json], object]:
    return lambda span: span.__setitem__("tool", {**(span["tool"] or {}), key: value})


SHOWN_TAMPERINGS = (
    Tampering(
        "tokens of every kind",
        ("shown.usage", "shown.cached_tokens", "shown.cache_write_tokens", "shown.reasoning_tokens"),
        _every("llm", lambda span: span.update(usage=dict.fromkeys(BUCKETS, 1))),
    ),
    Tampering(
        "a thought", ("shown.reasoning_text", "shown.reasoning_marked", "shown.last_reasoning"), _shown(_thought)
    ),
    Tampering("more calls", ("shown.retries_as_spans",), _shown(lambda evidence: _more_spans(evidence, "llm"))),
    Tampering("what a failed call asked", ("shown.failed_requests",), _shown(_seen_request)),
    Tampering("a message less", ("shown.part_order",), _shown(lambda evidence: evidence.transcript["messages"].pop())),
    Tampering(
        "no messages",
        ("shown.same_repetitions", "shown.whole_answers"),
        _shown(lambda evidence: evidence.transcript["messages"].clear()),
    ),
    Tampering(
        "call ids of all tools",
        ("shown.failed_tool_ids", "shown.tool_call_ids"),
        _every("tool", _in_tools("call_id", "call_nobody")),
    ),
    Tampering("tools without arguments", ("shown.argument_names",), _every("tool", _in_tools("arguments", None))),
    Tampering("results of tools", ("shown.tool_content",), _every("tool", _in_tools("result", "done"))),
    Tampering(
        "why answers ended", ("shown.finish_reasons",), _every("llm", lambda span: span.update(finish_reasons=["stop"]))
    ),
    Tampering(
        "answers by another model", ("shown.response_model",), _every("llm", lambda span: span.update(model="another"))
    ),
    Tampering(
        "when first tokens came", ("shown.first_token_time",), _every("llm", lambda span: span.update(ttft_ns="1"))
    ),
    Tampering("calls below a sub-agent", ("shown.sub_agent_calls",), _shown(_calls_of_sub_agent)),
    Tampering("spans of tools", ("shown.tool_spans",), _shown(lambda evidence: _more_spans(evidence, "tool"))),
    Tampering(
        "the session's key",
        ("shown.session",),
        _shown(lambda evidence: evidence.show["session"].update(key=evidence.session_key)),
    ),
    Tampering(
        "an agent", ("shown.agent_span",), _shown(lambda evidence: evidence.show["session"].update(agent="somebody"))
    ),
)

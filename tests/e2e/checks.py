"""The comparisons. Each is a function from the evidence of a run to named checks; all of them are in ALL_CHECKS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from evidence import BUCKETS, Evidence, Json, buckets, spoken
from truth import ModelCall, parsed

_SHOWN_CHARS_MAX = 300


@dataclass(frozen=True)
class Check:
    name: str
    passed: bool
    detail: str = ""  # why not


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_CHARS_MAX else f"{text[:_SHOWN_CHARS_MAX]}... ({len(text)} characters)"


def _difference(expected: Any, found: Any) -> str:
    """Where two values differ, told so that a reader need not search long lists."""
    if isinstance(expected, list) and isinstance(found, list):
        for at, (one, other) in enumerate(zip(expected, found)):
            if one != other:
                return f"at {at}: expected {_short(one)}, Strobe says {_short(other)}"
        if len(expected) != len(found):
            longer, what = (expected, "missing") if len(expected) > len(found) else (found, "too many")
            first = _short(longer[min(len(expected), len(found))])
            return f"expected {len(expected)}, Strobe says {len(found)}; {what}: {first}"
    return f"expected {_short(expected)}, Strobe says {_short(found)}"


def _equal(name: str, expected: Any, found: Any) -> Check:
    return Check(name, expected == found, "" if expected == found else _difference(expected, found))


def _visible_calls(evidence: Evidence) -> list[ModelCall]:
    """The calls that left a span. An attempt that was tried again leaves none with SDKs that retry silently."""
    calls = evidence.truth().calls
    if evidence.emitted.retries_as_spans:
        return calls
    return [call for at, call in enumerate(calls) if not call.failed or at + 1 == len(calls)]


def _matched_calls(evidence: Evidence) -> list[tuple[ModelCall, Json]]:
    return list(zip(_visible_calls(evidence), evidence.spans("llm")))


def check_run(evidence: Evidence) -> Iterator[Check]:
    yield _equal("run.exit_code_is_the_agents", evidence.agent_exit_code, evidence.run_exit_code)


def check_session(evidence: Evidence) -> Iterator[Check]:
    session, truth = evidence.show["session"], evidence.truth()
    visible = _visible_calls(evidence)
    yield _equal("session.listed_as_shown", [session], evidence.sessions)
    yield _equal("session.key", evidence.session_key, session["key"])
    yield _equal("session.status", "error" if truth.calls[-1].failed else "ok", session["status"])
    yield _equal("session.llm_calls", len(visible), session["llm_calls"])
    yield _equal("session.tool_calls", len(truth.tool_uses()), session["tool_calls"])
    failures = sum(use.fails for use in truth.tool_uses()) + sum(call.failed for call in visible)
    yield _equal("session.errors", failures, session["errors"])
    if not any(call.failed for call in truth.calls):  # whether a failed attempt is a step is nobody's promise
        yield _equal("session.steps", len(visible), session["steps"])
    answering = {call.response["model"] for call in truth.calls if not call.failed}
    yield Check(
        "session.models", answering <= set(session["models"]), _difference(sorted(answering), session["models"])
    )
    total = dict.fromkeys(BUCKETS, 0)
    for call in visible:
        for bucket, count in evidence.expected_usage(call.usage).items():
            total[bucket] += count
    yield _equal("session.usage_is_the_sum", total, buckets(session["usage"]))


def check_calls(evidence: Evidence) -> Iterator[Check]:
    matched = _matched_calls(evidence)
    good = [(call, span) for call, span in matched if not call.failed]
    yield _equal("calls.count", len(_visible_calls(evidence)), len(evidence.spans("llm")))
    expected_usage = [evidence.expected_usage(call.usage) for call, _ in matched]
    yield _equal("calls.usage", expected_usage, [buckets(span["usage"]) for _, span in matched])
    models = [call.response["model"] for call, _ in good]
    yield _equal("calls.model", models, [span["model"] for _, span in good])
    yield _equal("calls.provider", ["openai"] * len(good), [span["provider"] for _, span in good])
    yield _equal("calls.status", [c.failed for c, _ in matched], [s["status"] == "error" for _, s in matched])
    failed = [(call.error_message, span["status_message"] or "") for call, span in matched if call.failed]
    if failed:
        silent = [message for message, told in failed if message not in told]
        yield Check("calls.error_message", not silent, f"not told: {silent}")
    if evidence.emitted.finish_reasons:
        # SDKs spell them as they like: tool_calls, tool-calls.
        found = [[reason.replace("-", "_") for reason in span["finish_reasons"]] for _, span in good]
        yield _equal("calls.finish_reasons", [[call.finish_reason] for call, _ in good], found)
    if evidence.emitted.first_token_time:
        expected = [call.is_streaming for call, _ in good]
        yield _equal("calls.first_token_time", expected, [span["ttft_ns"] is not None for _, span in good])


def check_contexts(evidence: Evidence) -> Iterator[Check]:
    good = [(call, span) for call, span in _matched_calls(evidence) if not call.failed]
    yield _equal("contexts.basis", ["complete"] * len(good), [span["context_basis"] for _, span in good])
    # Every call of these runs saw something else than the one before, so there are as many contexts as calls.
    ids = [span["input_context"] for _, span in good]
    whole = all(isinstance(one, str) and len(one) == 64 for one in ids)
    yield Check("contexts.one_per_request", whole and len(set(ids)) == len(ids), f"Strobe says {_short(ids)}")
    yield _equal("contexts.answers", [True] * len(good), [bool(span["output_messages"]) for _, span in good])


def check_raw(evidence: Evidence) -> Iterator[Check]:
    """The attribute that carried the request still holds what the model server was asked."""
    expected, found = [], []
    for call, span in _matched_calls(evidence):
        attributes = span["attributes"]
        asked = call.request["messages"] if call.api == "chat" else call.request["input"]
        if "input.value" in attributes:
            request = parsed(attributes["input.value"])
            expected.append(asked)
            key = "messages" if call.api == "chat" else "input"
            found.append(request.get(key) if isinstance(request, dict) else None)
        else:  # the SDK's own form, which groups results by message: as many parts, at least
            expected.append(len(call.asked()))
            found.append(_part_count(parsed(attributes.get("ai.prompt.messages"))))
    yield _equal("raw.request", expected, found)


def _part_count(messages: Any) -> int | None:
    """The parts of messages in Vercel's form, whose content is a string or a list; None when they are no messages."""
    if not isinstance(messages, list):
        return None
    return sum(len(m["content"]) if isinstance(m["content"], list) else 1 for m in messages)


def check_tools(evidence: Evidence) -> Iterator[Check]:
    uses = evidence.truth().tool_uses()
    spans = {(span["tool"] or {}).get("call_id"): span for span in evidence.spans("tool")}
    yield _equal("tools.count", len(uses), len(evidence.spans("tool")))
    yield _equal("tools.call_ids", sorted(use.call_id for use in uses), sorted(str(call_id) for call_id in spans))
    matched = [(use, spans[use.call_id]) for use in uses if use.call_id in spans]
    yield _equal("tools.names", [use.name for use, _ in matched], [span["tool"]["name"] for _, span in matched])
    arguments = [parsed(span["tool"]["arguments"]) for _, span in matched]
    yield _equal("tools.arguments", [use.arguments for use, _ in matched], arguments)
    good = [(use, span) for use, span in matched if not use.fails]
    yield _equal("tools.results", [use.result for use, _ in good], [parsed(span["tool"]["result"]) for _, span in good])
    yield _equal("tools.status", [use.fails for use, _ in matched], [s["status"] == "error" for _, s in matched])
    failed = [(use.result.removeprefix("Error: "), span["status_message"]) for use, span in matched if use.fails]
    if failed:
        yield _equal("tools.error_message", [message for message, _ in failed], [told for _, told in failed])


def check_tree(evidence: Evidence) -> Iterator[Check]:
    agents = evidence.spans("agent")
    yield _equal("tree.agent", [evidence.emitted.agent_span], [span["name"] for span in agents])
    agent_ids = {span["span_id"] for span in agents}
    for kind, name in (("llm", "tree.calls_below_agent"), ("tool", "tree.tools_below_agent")):
        outside = [
            span["name"]
            for span in evidence.spans(kind)
            if agent_ids.isdisjoint(above["span_id"] for above in evidence.ancestors(span))
        ]
        yield Check(name, not outside and bool(evidence.spans(kind)), f"outside: {outside}")
    traces = {span["trace_id"] for kind in ("agent", "llm", "tool") for span in evidence.spans(kind)}
    yield Check("tree.one_trace", len(traces) == 1, f"Strobe says {sorted(traces)}")
    yield _equal("tree.session_names_it", True, traces <= set(evidence.show["session"]["traces"]))
    yield from _check_times(evidence)


def _check_times(evidence: Evidence) -> Iterator[Check]:
    def interval(span: Json) -> tuple[int, int]:
        start = int(span["start_unix_ns"])
        return start, start + int(span["duration_ns"])

    # Vercel's SDK counts in milliseconds, so a child may seem to end one after its parent.
    slack_ns = 2_000_000
    outside = []
    for span in evidence.spans("llm") + evidence.spans("tool"):
        start, end = interval(span)
        for above in evidence.ancestors(span):
            above_start, above_end = interval(above)
            if start < above_start - slack_ns or end > above_end + slack_ns or end < start:
                outside.append(span["name"])
    yield Check("tree.times_nest", not outside, f"not within their parents: {outside}")


def check_transcript(evidence: Evidence) -> Iterator[Check]:
    yield _equal("transcript.conversation", evidence.truth().conversation(), spoken(evidence.transcript))
    known = {span["span_id"] for span in evidence.show["spans"]}
    strangers = [m["span_id"] for m in evidence.transcript["messages"] if m["span_id"] not in known]
    yield Check("transcript.spans_exist", not strangers, f"no such span: {strangers}")


ALL_CHECKS: tuple[Callable[[Evidence], Iterator[Check]], ...] = (
    check_run,
    check_session,
    check_calls,
    check_contexts,
    check_raw,
    check_tools,
    check_tree,
    check_transcript,
)


def compare(evidence: Evidence) -> list[Check]:
    """All checks. One that cannot be made, because a field is missing or misshapen, is a failed check, not a crash."""
    results: list[Check] = []
    for check in ALL_CHECKS:
        try:
            results.extend(check(evidence))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
            results.append(Check(check.__name__.replace("check_", "") + ".readable", False, repr(problem)))
    return results

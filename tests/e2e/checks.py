"""The comparisons. Each is a function from the evidence of a run to named checks; all of them are in ALL_CHECKS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from evidence import BUCKETS, Evidence, buckets
from losses import claimed_losses, unsent_outputs
from spoken import Json, parsed, result_of
from truth import ModelCall

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


def _matched_calls(evidence: Evidence) -> list[tuple[ModelCall, Json]]:
    return list(zip(evidence.visible_calls(), evidence.spans("llm")))


def check_run(evidence: Evidence) -> Iterator[Check]:
    yield _equal("run.exit_code_is_the_agents", evidence.agent_exit_code, evidence.run_exit_code)


def check_session(evidence: Evidence) -> Iterator[Check]:
    session, truth = evidence.show["session"], evidence.truth()
    visible = evidence.visible_calls()
    yield _equal("session.listed_as_shown", [session], evidence.sessions)
    if evidence.emitted.session:
        yield _equal("session.key", evidence.session_key, session["key"])
    yield _equal("session.status", "error" if truth.calls[-1].failed else "ok", session["status"])
    yield _equal("session.llm_calls", len(visible), session["llm_calls"])
    uses = truth.tool_uses() if evidence.emitted.tool_spans else []
    yield _equal("session.tool_calls", len(uses), session["tool_calls"])
    failures = sum(use.fails for use in uses) + sum(call.failed for call in visible)
    yield _equal("session.errors", failures, session["errors"])
    if not any(call.failed for call in truth.calls):  # whether a failed attempt is a step is nobody's promise
        yield _equal("session.steps", len(visible), session["steps"])
    answering = {evidence.expected_model(call) for call in truth.calls if not call.failed}
    yield Check(
        "session.models", answering <= set(session["models"]), _difference(sorted(answering), session["models"])
    )
    total = dict.fromkeys(BUCKETS, 0)
    for call in visible:
        for bucket, count in evidence.expected_usage(call.usage).items():
            total[bucket] += count
    yield _equal("session.usage_is_the_sum", total, buckets(session["usage"]))


def _finish(reason: str) -> str:
    """SDKs spell reasons as they like (tool_calls, tool-calls, STOP), or in the words of the conventions."""
    plain = reason.lower().replace("-", "_").rstrip("s")
    return {"tool_use": "tool_call", "end_turn": "stop"}.get(plain, plain)


def check_calls(evidence: Evidence) -> Iterator[Check]:
    matched = _matched_calls(evidence)
    good = [(call, span) for call, span in matched if not call.failed]
    yield _equal("calls.count", len(evidence.visible_calls()), len(evidence.spans("llm")))
    expected_usage = [evidence.expected_usage(call.usage) for call, _ in matched]
    yield _equal("calls.usage", expected_usage, [buckets(span["usage"]) for _, span in matched])
    models = [evidence.expected_model(call) for call, _ in good]
    yield _equal("calls.model", models, [span["model"] for _, span in good])
    yield _equal("calls.provider", [evidence.provider] * len(good), [span["provider"] for _, span in good])
    yield _equal("calls.status", [c.failed for c, _ in matched], [s["status"] == "error" for _, s in matched])
    failed = [(call.error_message, span["status_message"] or "") for call, span in matched if call.error_message]
    if failed:
        silent = [message for message, told in failed if message not in told]
        yield Check("calls.error_message", not silent, f"not told: {silent}")
    if evidence.emitted.finish_reasons:
        # The responses API has none, SDKs make some up.
        ended = [(_finish(call.finish_reason), span) for call, span in good if call.finish_reason]
        found = [[_finish(reason) for reason in span["finish_reasons"]] for _, span in ended]
        if ended:
            yield _equal("calls.finish_reasons", [[reason] for reason, _ in ended], found)
    if evidence.emitted.first_token_time:
        streamed = [(call, evidence.first_token_ns(span)) for call, span in good if call.is_streaming]
        known = [first is not None for _, first in streamed]
        yield _equal("calls.first_token_time", [True] * len(streamed), known)
        early = [
            f"{call.delay_ms} ms, Strobe says {(first or 0) / 1e6:g}"
            for call, first in streamed
            if (first or 0) < (call.delay_ms - 1) * 1_000_000
        ]
        if streamed:
            yield Check("calls.first_token_waits", not early, f"the model thought for {early}")


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
    matched = _matched_calls(evidence) if evidence.emitted.raw_request else []
    carriers = {key for _, span in matched for key in ("input.value", "ai.prompt.messages") if key in span["attributes"]}
    for call, span in matched:
        key = "input" if call.api == "responses" else "messages"
        if "input.value" in carriers and key in call.request:
            request = parsed(span["attributes"].get("input.value"))
            expected.append(call.request[key])
            found.append(request.get(key) if isinstance(request, dict) else request)
        elif "ai.prompt.messages" in carriers:  # its own form, which groups results by message: as many parts, at least
            expected.append(len(call.asked()))
            found.append(_part_count(parsed(span["attributes"].get("ai.prompt.messages"))))
    if expected:
        yield _equal("raw.request", expected, found)


def _part_count(messages: Any) -> int | None:
    """The parts of messages in Vercel's form, whose content is a string or a list; None when they are no messages."""
    if not isinstance(messages, list):
        return None
    return sum(len(m["content"]) if isinstance(m["content"], list) else 1 for m in messages)


def check_tools(evidence: Evidence) -> Iterator[Check]:
    if not evidence.emitted.tool_spans:
        return
    uses = evidence.truth().tool_uses()
    if not evidence.emitted.tool_call_ids:
        yield from _check_tools_in_order(evidence)
        return
    spans = {(span["tool"] or {}).get("call_id"): span for span in evidence.spans("tool")}
    yield _equal("tools.count", len(uses), len(evidence.spans("tool")))
    if not evidence.emitted.failed_tool_ids and None in spans:
        nameless = [use.call_id for use in uses if use.fails and use.call_id not in spans]
        spans |= {call_id: spans.pop(None) for call_id in nameless[:1]}  # one at most, in these scripts
    yield _equal("tools.call_ids", sorted(use.call_id for use in uses), sorted(str(call_id) for call_id in spans))
    matched = [(use, spans[use.call_id]) for use in uses if use.call_id in spans]
    yield _equal("tools.names", [use.name for use, _ in matched], [span["tool"]["name"] for _, span in matched])
    yield _equal("tools.status", [use.fails for use, _ in matched], [s["status"] == "error" for _, s in matched])
    if not evidence.emitted.tool_content:
        return
    arguments = [parsed(span["tool"]["arguments"]) for _, span in matched]
    yield _equal("tools.arguments", [evidence.expected_arguments(use) for use, _ in matched], arguments)
    good = [(use, span) for use, span in matched if not use.fails]
    yield _equal("tools.results", [use.result for use, _ in good], [parsed(span["tool"]["result"]) for _, span in good])
    failed = [
        (use.result, span["status_message"])
        for use, span in matched
        if use.fails and result_of(span["tool"]["result"]) != use.result
    ]
    if failed:  # the model is told what went wrong in a longer sentence, or with the name of the error
        silent = [message for message, told in failed if not _same_problem(str(message), told)]
        yield Check("tools.error_message", not silent, f"told {_short(failed)}")


def _same_problem(message: str, told: str | None) -> bool:
    return bool(told) and (told in message or message.removeprefix("Error: ") in told)


def _check_tools_in_order(evidence: Evidence) -> Iterator[Check]:
    """Of tools whose spans do not say which call asked for them: agents here run them in the order of the calls."""
    uses, spans = evidence.truth().tool_uses(), evidence.spans("tool")
    told = [{"name": None, **(span["tool"] or {})} for span in spans]
    yield _equal("tools.count", len(uses), len(spans))
    yield _equal("tools.names", [use.name for use in uses], [tool["name"] for tool in told])
    yield _equal("tools.arguments", [use.arguments for use in uses], [parsed(tool["arguments"]) for tool in told])
    results = [(use.result, parsed(tool["result"])) for use, tool in zip(uses, told) if not use.fails]
    yield _equal("tools.results", [result for result, _ in results], [found for _, found in results])
    yield _equal("tools.status", [use.fails for use in uses], [span["status"] == "error" for span in spans])


def check_tree(evidence: Evidence) -> Iterator[Check]:
    if evidence.emitted.agent_span is None:
        return
    agents = evidence.spans("agent")
    names = [evidence.emitted.agent_span, evidence.emitted.reviewer_span][: len(evidence.truth().conversations())]
    yield _equal("tree.agent", names, [span["name"] for span in agents])
    if len(names) > 1:
        yield from _check_sub_agent(evidence, agents)
    agent_ids = {span["span_id"] for span in agents}
    kinds = (("llm", "tree.calls_below_agent"), ("tool", "tree.tools_below_agent"))
    for kind, name in kinds if evidence.emitted.tool_spans else kinds[:1]:
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


def _check_sub_agent(evidence: Evidence, agents: list[Json]) -> Iterator[Check]:
    """The second agent is below the first and has the calls of its own conversation."""
    main, reviewer = agents[0]["span_id"], agents[-1]["span_id"]
    above = [span["span_id"] for span in evidence.ancestors(agents[-1])]
    yield Check("tree.reviewer_below_agent", main in above, f"above it: {above}")
    if not evidence.emitted.sub_agent_calls:
        return
    first = evidence.truth().calls[0].conversation
    expected = [main if call.conversation == first else reviewer for call in evidence.visible_calls()]
    ids = {main, reviewer}
    spans = evidence.spans("llm")
    found = [next((one["span_id"] for one in evidence.ancestors(span) if one["span_id"] in ids), None) for span in spans]
    yield _equal("tree.calls_of_each_agent", expected, found)


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
    expected, found = evidence.expected_conversations(), evidence.conversations()
    if len(expected) == 1:
        yield _equal("transcript.conversation", expected[0], found[0] if found else [])
    else:
        yield _equal("transcript.conversation", expected, found)
    known = {span["span_id"] for span in evidence.show["spans"]}
    strangers = [m["span_id"] for m in evidence.transcript["messages"] if m["span_id"] not in known]
    yield Check("transcript.spans_exist", not strangers, f"no such span: {strangers}")


def check_losses(evidence: Evidence) -> Iterator[Check]:
    """What the SDK is said to lose is nowhere in what it sent."""
    for name, found in claimed_losses(evidence).items():
        yield Check(f"losses.{name}", not found, f"it is Strobe's loss, the SDK sent {_short(found)}")
    if evidence.emitted.output_tokens_over:
        unsent = unsent_outputs(evidence)
        yield Check("losses.output_tokens_over", not unsent, f"the SDK never sent {unsent}")


ALL_CHECKS: tuple[Callable[[Evidence], Iterator[Check]], ...] = (
    check_run,
    check_session,
    check_calls,
    check_contexts,
    check_raw,
    check_tools,
    check_tree,
    check_transcript,
    check_losses,
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

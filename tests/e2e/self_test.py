"""Tests the tests: every check has to turn red when the truth, or what Strobe says, is tampered with."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from checks import Check, compare
from compatibility import shown_checks
from evidence import Evidence, Json
from losses import PROOFS
from tampering import SHOWN_TAMPERINGS, Tampering


def _answered(evidence: Evidence) -> list[Json]:
    return [line for line in evidence.truth_lines if line["status"] == 200]


def _more_tokens(evidence: Evidence) -> bool:
    _answered(evidence)[-1]["usage"]["completion"] += 1
    return True


def _shift_to_cache(evidence: Evidence) -> bool:
    """The sums of input stay the same; only the split into buckets moves."""
    if not evidence.emitted.cached_tokens:
        return False
    _answered(evidence)[-1]["usage"]["cached"] -= 1
    return True


def _forgotten_call(evidence: Evidence) -> bool:
    del evidence.truth_lines[0]
    return True


def _other_model(evidence: Evidence) -> bool:
    response = _answered(evidence)[0]["response"]
    response["model" if "model" in response else "modelVersion"] = "another-model"
    return evidence.emitted.response_model


def _other_finish(evidence: Evidence) -> bool:
    response = _answered(evidence)[0]["response"]
    if "choices" in response:
        response["choices"][0]["finish_reason"] = "length"
    elif "candidates" in response:
        response["candidates"][0]["finishReason"] = "MAX_TOKENS"
    elif "stop_reason" in response:
        response["stop_reason"] = "max_tokens"
    else:
        return False
    return evidence.emitted.finish_reasons


def _lost_first_token(evidence: Evidence) -> bool:
    """Nobody knows when the first token came, though the answer was streamed."""
    for line in _answered(evidence):
        line["streaming"] = True
    for span in evidence.show["spans"]:
        span["ttft_ns"] = None
    return True


def _longer_thought(evidence: Evidence) -> bool:
    for line in _answered(evidence):
        line["delay_ms"] += 1_000_000
    return evidence.truth().calls[0].is_streaming


def _tool_calls(response: Json) -> list[Json]:
    """The objects that hold a call's name and arguments, whatever the API."""
    if "choices" in response:
        return [call["function"] for call in response["choices"][0]["message"].get("tool_calls") or []]
    if "candidates" in response:
        parts = response["candidates"][0]["content"]["parts"]
        return [part["functionCall"] for part in parts if "functionCall" in part]
    items = response["output"] if "output" in response else response["content"]
    return [item for item in items if item["type"] in ("function_call", "tool_use")]


def _first_tool_call(evidence: Evidence) -> Json:
    return next(call for line in _answered(evidence) for call in _tool_calls(line["response"]))


def _other_arguments(evidence: Evidence) -> bool:
    call = _first_tool_call(evidence)
    key = next(key for key in ("arguments", "input", "args") if key in call)
    call[key] = json.dumps({"path": "elsewhere"}) if key == "arguments" else {"path": "elsewhere"}
    return True


def _other_tool(evidence: Evidence) -> bool:
    _first_tool_call(evidence)["name"] = "another_tool"
    return True


def _other_failure(evidence: Evidence) -> bool:
    line = next(line for line in _answered(evidence) if line["tool_fails"])
    line["tool_fails"][0] = not line["tool_fails"][0]
    return evidence.emitted.tool_errors and evidence.emitted.tool_spans


def _results(request: Json) -> Iterator[tuple[str, Json, str]]:
    """(call id, the object that holds the result, under which key) of each result in a request."""
    for item in request.get("messages") or request.get("contents") or request["input"]:
        if "tool_call_id" in item:
            yield item["tool_call_id"], item, "content"
        elif "call_id" in item and "output" in item:
            yield item["call_id"], item, "output"
        content = item.get("content")
        for part in item.get("parts") or (content if isinstance(content, list) else []):
            if "tool_use_id" in part:
                yield part["tool_use_id"], part, "content"
            elif "functionResponse" in part:
                yield part["functionResponse"].get("id"), part["functionResponse"], "response"


def _for_results(evidence: Evidence, change: Callable[[Any], Any], *, failing: bool) -> bool:
    """Changes what the model was told about tools that failed, or about those that did not."""
    of_kind = {use.call_id for use in evidence.truth().tool_uses() if use.fails == failing}
    changed = False
    for line in evidence.truth_lines:
        for call_id, holder, key in _results(line["request"]):
            if call_id in of_kind:
                holder[key] = change(holder[key])
                changed = True
    return changed


def _other_results(evidence: Evidence) -> bool:
    return _for_results(evidence, lambda text: "tampered with", failing=False)


def _other_results_said(evidence: Evidence) -> bool:
    return _other_results(evidence) and evidence.emitted.failed_requests


def _other_tool_error(evidence: Evidence) -> bool:
    return _for_results(evidence, lambda text: "tampered with", failing=True)


def _other_api_error(evidence: Evidence) -> bool:
    failed = [line for line in evidence.truth_lines if line["status"] != 200]
    if not failed or not (evidence.emitted.retries_as_spans or failed[-1] is evidence.truth_lines[-1]):
        return False
    if "error" not in failed[-1]["response"]:
        return False  # dropped: nothing was said
    failed[-1]["response"]["error"]["message"] = "tampered with"
    return True


def _one_message_less(evidence: Evidence) -> bool:
    request = (evidence.truth_lines if evidence.emitted.failed_requests else _answered(evidence))[-1]["request"]
    del request[next(key for key in ("messages", "contents", "input") if key in request)][1]
    return True


def _session(key: str, value: Any) -> Callable[[Evidence], bool]:
    def apply(evidence: Evidence) -> bool:
        evidence.show["session"][key] = value
        return True

    return apply


def _first_span(kind: str, key: str, value: Any) -> Callable[[Evidence], bool]:
    def apply(evidence: Evidence) -> bool:
        evidence.spans(kind)[0][key] = value
        return True

    return apply


def _other_outcome(evidence: Evidence) -> bool:
    tool = evidence.spans("tool")[0]
    tool["status"] = "ok" if tool["status"] == "error" else "error"
    return True


def _lost_span(kind: str) -> Callable[[Evidence], bool]:
    def apply(evidence: Evidence) -> bool:
        evidence.show["spans"].remove(evidence.spans(kind)[-1])
        return True

    return apply


def _exit_code(evidence: Evidence) -> bool:
    evidence.run_exit_code += 1
    return True


def _second_session(evidence: Evidence) -> bool:
    evidence.sessions.append(copy.deepcopy(evidence.sessions[0]))
    return True


def _same_context_twice(evidence: Evidence) -> bool:
    calls = [span for span in evidence.spans("llm") if span["status"] != "error"]
    if len(calls) < 2:
        return False
    calls[1]["input_context"] = calls[0]["input_context"]
    return True


def _no_context(evidence: Evidence) -> bool:
    evidence.spans("llm")[0]["input_context"] = None
    return True


def _lost_request(evidence: Evidence) -> bool:
    attributes = evidence.spans("llm")[0]["attributes"]
    return sum(attributes.pop(key, None) is not None for key in ("input.value", "ai.prompt.messages")) > 0


def _other_call_id(evidence: Evidence) -> bool:
    evidence.spans("tool")[0]["tool"]["call_id"] = "call_nobody"
    return True


def _reviewer(change: Callable[[Json, list[Json]], None]) -> Callable[[Evidence], bool]:
    """Changes the second agent, and the calls, of a run that has one."""

    def apply(evidence: Evidence) -> bool:
        if len(evidence.truth().conversations()) < 2 or evidence.emitted.agent_span is None:
            return False
        change(evidence.spans("agent")[-1], evidence.spans("llm"))
        return True

    return apply


def _orphan(reviewer: Json, _calls: list[Json]) -> None:
    reviewer["parent_span_id"] = None


def _all_to_reviewer(reviewer: Json, calls: list[Json]) -> None:
    for call in calls:
        call["parent_span_id"] = reviewer["span_id"]


def _message(field: int, data: bytes) -> bytes:
    """A length-delimited protobuf field, for what is shorter than 16 KiB."""
    size = len(data)
    return bytes((field << 3 | 2, *((size,) if size < 128 else (size & 0x7F | 0x80, size >> 7)))) + data


def _sent_span(name: str, rest: bytes, span_id: bytes = b"s" * 8, parent_id: bytes = b"") -> bytes:
    ids = _message(1, b"t" * 16) + _message(2, span_id) + _message(4, parent_id)
    span = ids + _message(5, name.encode()) + _message(9, rest)
    return _message(1, _message(2, _message(2, span)))


def _nothing_sent(evidence: Evidence) -> bool:
    evidence.sent.clear()
    return True


def _sent_after_all(evidence: Evidence) -> bool:
    """Everything that some SDK loses, as if it had been sent."""
    truth = evidence.truth()
    parts = [part for call in truth.calls for part in call.answered()]
    counts = [str(count) for call in truth.calls for count in (call.usage or {}).values()]
    told = [content for _, kind, content in parts if kind == "reasoning"]
    told += [call.error_message for call in truth.calls if call.error_message]
    told += [json.dumps(call.finish_reason) for call in truth.calls if call.finish_reason]
    lines = ["time_to_first_token", '"reasoning"', evidence.session_key, *counts, *told]
    lines += [call.model for call in truth.calls if not call.failed]
    for call in truth.calls:
        texts = [content for _, kind, content in call.answered() if kind == "text"]
        ids = [content[0] for _, kind, content in call.answered() if kind == "tool_call"]
        lines += [f"{text.splitlines()[0]} {call_id}" for text, call_id in zip(texts[-1:], ids)]
    lines += 2 * [content for _, kind, content in parts if kind == "text"]
    evidence.sent.append("\n".join(lines).encode())
    for use in truth.tool_uses():
        content = json.dumps([use.call_id, use.arguments, use.result])
        evidence.sent.append(_sent_span(use.name, content.encode()[:12_000]))
    for span in evidence.spans("tool"):
        ids = json.dumps([use.call_id for use in truth.tool_uses()])
        evidence.sent.append(_sent_span(span["name"], ids.encode()[:12_000], bytes.fromhex(span["span_id"])))
    asked = "\n".join(str(content) for call in truth.calls for role, _, content in call.asked() if role == "user")
    of_calls = "\n".join([*counts, *told, *(call.model for call in truth.calls if not call.failed), asked])
    agents = [bytes.fromhex(span["span_id"]) for span in evidence.spans("agent")]
    for span in evidence.spans("llm"):
        span_id = bytes.fromhex(span["span_id"])
        evidence.sent.append(_sent_span(span["name"], of_calls.encode()[:12_000], span_id, *agents[-1:]))
    return True


def _swapped_messages(evidence: Evidence) -> bool:
    messages = evidence.transcript["messages"]
    messages[0], messages[1] = messages[1], messages[0]
    return True


def _twice_said(evidence: Evidence) -> bool:
    evidence.transcript["messages"].append(evidence.transcript["messages"][-1])
    return evidence.emitted.same_repetitions and evidence.emitted.whole_answers


def _strange_span(evidence: Evidence) -> bool:
    evidence.transcript["messages"][0]["span_id"] = "0" * 16
    return True


TAMPERINGS = (
    Tampering("one more token in the truth", ("calls.usage", "session.usage_is_the_sum"), _more_tokens),
    Tampering("a cached token less in the truth", ("calls.usage", "session.usage_is_the_sum"), _shift_to_cache),
    Tampering("a call less in the truth", ("calls.count", "session.llm_calls", "session.steps"), _forgotten_call),
    Tampering("another model in the truth", ("calls.model", "session.models"), _other_model),
    Tampering("another finish reason in the truth", ("calls.finish_reasons",), _other_finish),
    Tampering("a lost first token", ("calls.first_token_time",), _lost_first_token),
    Tampering("other arguments in the truth", ("tools.arguments",), _other_arguments),
    Tampering("another tool in the truth", ("tools.names",), _other_tool),
    Tampering("a failing tool more or less in the truth", ("tools.status", "session.errors"), _other_failure),
    Tampering("other results in the truth", ("tools.results",), _other_results),
    Tampering("other results in what was said", ("transcript.conversation",), _other_results_said),
    Tampering("another tool error in the truth", ("tools.error_message",), _other_tool_error),
    Tampering("another API error in the truth", ("calls.error_message",), _other_api_error),
    Tampering("a message less in the truth", ("transcript.conversation", "raw.request"), _one_message_less),
    Tampering("another exit code", ("run.exit_code_is_the_agents",), _exit_code),
    Tampering("a second session", ("session.listed_as_shown",), _second_session),
    Tampering("another session key", ("session.key", "session.listed_as_shown"), _session("key", "someone-else")),
    Tampering("another session status", ("session.status",), _session("status", "unknown")),
    Tampering("a wrong number of errors", ("session.errors",), _session("errors", 99)),
    Tampering("a session without models", ("session.models",), _session("models", [])),
    Tampering("a call by another model", ("calls.model",), _first_span("llm", "model", "someone-else")),
    Tampering("a wrong number of tool calls", ("session.tool_calls",), _session("tool_calls", 99)),
    Tampering("a session without traces", ("tree.session_names_it",), _session("traces", [])),
    Tampering("a lost call", ("calls.count",), _lost_span("llm")),
    Tampering("a lost tool", ("tools.count", "tools.call_ids"), _lost_span("tool")),
    Tampering("another call id", ("tools.call_ids",), _other_call_id),
    Tampering("another outcome of a tool", ("tools.status",), _other_outcome),
    Tampering("another provider", ("calls.provider",), _first_span("llm", "provider", "someone-else")),
    Tampering("a good call said to have failed", ("calls.status",), _first_span("llm", "status", "error")),
    Tampering("a truncated context", ("contexts.basis",), _first_span("llm", "context_basis", "truncated")),
    Tampering("one context for two requests", ("contexts.one_per_request",), _same_context_twice),
    Tampering("no context", ("contexts.one_per_request",), _no_context),
    Tampering("a call without an answer", ("contexts.answers",), _first_span("llm", "output_messages", [])),
    Tampering("a lost request", ("raw.request",), _lost_request),
    Tampering("a call outside", ("tree.calls_below_agent",), _first_span("llm", "parent_span_id", None)),
    Tampering("a tool outside", ("tree.tools_below_agent",), _first_span("tool", "parent_span_id", None)),
    Tampering("an agent that is none", ("tree.agent",), _first_span("agent", "kind", "span")),
    Tampering("a call in another trace", ("tree.one_trace",), _first_span("llm", "trace_id", "0" * 32)),
    Tampering("a call before its agent", ("tree.times_nest",), _first_span("llm", "start_unix_ns", "1")),
    Tampering("a longer thought in the truth", ("calls.first_token_waits",), _longer_thought),
    Tampering("a reviewer of nobody", ("tree.reviewer_below_agent",), _reviewer(_orphan)),
    Tampering("all calls below the reviewer", ("tree.calls_of_each_agent",), _reviewer(_all_to_reviewer)),
    Tampering("nothing was sent at all", ("losses.output_tokens_over",), _nothing_sent),
    Tampering("all that is lost was sent", tuple(f"losses.{name}" for name in PROOFS), _sent_after_all),
    Tampering("two messages swapped", ("transcript.conversation",), _swapped_messages),
    Tampering("a message said twice", ("transcript.conversation",), _twice_said),
    Tampering("a message of no span", ("transcript.spans_exist",), _strange_span),
)


def _all_checks(evidence: Evidence) -> list[Check]:
    """Those of a run, and those that hold what Strobe shows against the page of compatibility."""
    try:
        return [*compare(evidence), *shown_checks(evidence)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return compare(evidence)


def find_blind_checks(evidence: Evidence) -> list[Check]:
    """One result for each check that the run makes: passed when it was green, and red after what should turn it red."""
    before = {check.name: check for check in _all_checks(evidence)}
    seen: dict[str, list[str]] = {name: [] for name in before}
    missed: dict[str, list[str]] = {name: [] for name in before}
    for tampering in (*TAMPERINGS, *SHOWN_TAMPERINGS):
        tampered = copy.deepcopy(evidence)
        try:
            if not tampering.apply(tampered):
                continue
        except (IndexError, KeyError, StopIteration, TypeError):
            continue  # nothing there to tamper with: then something is red already, or stays unseen
        red = {check.name for check in _all_checks(tampered) if not check.passed}
        for name in set(tampering.turns_red) & set(before):
            (seen if name in red else missed)[name].append(tampering.what)
    return [_verdict(check, seen[name], missed[name]) for name, check in before.items()]


def _verdict(before: Check, seen: list[str], missed: list[str]) -> Check:
    name = f"self-test {before.name}"
    if not before.passed:
        return Check(name, False, f"is red before anything was tampered with: {before.detail}")
    if missed:
        return Check(name, False, f"did not notice: {', '.join(missed)}")
    return Check(name, bool(seen), "nothing in this self-test can turn it red")

"""Proof of what scenario.Emitted says an SDK loses: it must be absent from the bytes that the SDK sent.

Each proof returns what it found nevertheless. Something found is Strobe's loss, or a claim that a new version refutes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from captured import holds_number, holds_text, holds_value, sent_spans
from evidence import Evidence
from truth import Truth

# Names under which SDKs tell when the first token came, and how long it took.
_FIRST_TOKEN = re.compile(rb"first.?(?:token|chunk)|ttft|time.?to.?first|ms.?to.?first", re.IGNORECASE)
Proof = Callable[[Evidence], list[str]]


def _numbers(evidence: Evidence, numbers: Iterable[int]) -> list[str]:
    """Those that were sent, when they are most of them: one or the other is in some time or port by chance."""
    wanted = {number for number in numbers if number > 0}
    found = sorted(str(number) for number in wanted if any(holds_number(body, number) for body in evidence.sent))
    return found if 2 * len(found) > len(wanted) else []


def _texts(evidence: Evidence, texts: Iterable[str]) -> list[str]:
    return sorted(text for text in set(texts) if any(holds_text(body, text) for body in evidence.sent))


def _count(*names: str) -> Proof:
    def proof(evidence: Evidence) -> list[str]:
        usages = [call.usage for call in evidence.truth().calls if call.usage]
        return _numbers(evidence, (usage[name] for usage in usages for name in names))

    return proof


def _reasoning(evidence: Evidence) -> list[str]:
    said = (part for call in evidence.truth().calls for part in call.answered())
    return _texts(evidence, (content for _, kind, content in said if kind == "reasoning"))


def _last_reasoning(evidence: Evidence) -> list[str]:
    said = evidence.truth().calls[-1].answered()
    return _texts(evidence, (content for _, kind, content in said if kind == "reasoning"))


def _reasoning_marked(evidence: Evidence) -> list[str]:
    """Marks that parts carry where SDKs tell reasoning apart."""
    marks = ("reasoning", "thinking", "thought")
    return [mark for mark in marks if any(holds_value(body, mark) for body in evidence.sent)]


def _retries(evidence: Evidence) -> list[str]:
    calls = evidence.truth().calls
    return _texts(evidence, (call.error_message for call in calls[:-1] if call.failed and call.error_message))


def _failed_requests(evidence: Evidence) -> list[str]:
    """What the user said, in the spans of the calls that failed."""
    failed = {span["span_id"] for span in evidence.spans("llm") if span["status"] == "error"}
    asked = {text for call in evidence.truth().calls for role, _, text in call.asked() if role == "user"}
    spans = [span for body in evidence.sent for span in sent_spans(body) if span.span_id in failed]
    return sorted(text for text in asked if any(holds_text(span.data, text) for span in spans))


def _finish_reasons(evidence: Evidence) -> list[str]:
    reasons = {call.finish_reason for call in evidence.truth().calls if call.finish_reason}
    return sorted(reason for reason in reasons if any(holds_value(body, reason) for body in evidence.sent))


def _response_model(evidence: Evidence) -> list[str]:
    return _texts(evidence, {call.model for call in evidence.truth().calls if not call.failed})


def _first_token(evidence: Evidence) -> list[str]:
    return sorted({found.decode() for body in evidence.sent for found in _FIRST_TOKEN.findall(body)})


def _tool_spans(evidence: Evidence) -> list[str]:
    names = {use.name for use in evidence.truth().tool_uses()}
    spans = [span.name for body in evidence.sent for span in sent_spans(body)]
    return sorted({name for name in spans if any(tool in name for tool in names)})


def _tool_call_ids(evidence: Evidence) -> list[str]:
    uses = evidence.truth().tool_uses()
    spans = [span for body in evidence.sent for span in sent_spans(body)]
    of_tools = [span for span in spans if any(use.name in span.name for use in uses)]
    return sorted({use.call_id for use in uses for span in of_tools if holds_text(span.data, use.call_id)})


def _failed_tool_ids(evidence: Evidence) -> list[str]:
    """The ids of the calls that asked for what failed, in the spans of tools that failed."""
    failed = {span["span_id"] for span in evidence.spans("tool") if span["status"] == "error"}
    spans = [span for body in evidence.sent for span in sent_spans(body) if span.span_id in failed]
    ids = {use.call_id for use in evidence.truth().tool_uses() if use.fails}
    return sorted(call_id for call_id in ids if any(holds_text(span.data, call_id) for span in spans))


def _argument_names(evidence: Evidence) -> list[str]:
    """Names of single arguments right before their values, in the spans of such tools."""
    spans = [span for body in evidence.sent for span in sent_spans(body)]
    found = set()
    for use in evidence.truth().tool_uses():
        pairs = list(use.arguments.items()) if len(use.arguments) == 1 else []
        told = [f"{name} {value}" for name, value in pairs if any(letter.isalnum() for letter in str(value))]
        found |= {text for text in told for span in spans if use.name in span.name and holds_text(span.data, text)}
    return sorted(found)


def _tool_content(evidence: Evidence) -> list[str]:
    uses = evidence.truth().tool_uses()
    spans = [span for body in evidence.sent for span in sent_spans(body)]
    of_tools = [span for span in spans if any(use.name in span.name for use in uses)]
    told = {json.dumps(value) for use in uses for value in (use.arguments, use.result) if len(json.dumps(value)) > 20}
    return sorted(text for text in told if any(holds_text(span.data, text) for span in of_tools))


def _part_order(evidence: Evidence) -> list[str]:
    """A text that is followed by the call of the same answer, with no other message or result between them."""
    found = []
    for call in evidence.truth().calls:
        texts = [content for _, kind, content in call.answered() if kind == "text"]
        ids = [content[0] for _, kind, content in call.answered() if kind == "tool_call"]
        for text, call_id in zip(texts[-1:], ids):
            between = rb"(?:(?!role|result|response).){0,400}?"
            pattern = re.escape(text.split("\n")[0].encode()) + between + re.escape(call_id.encode())
            found += [text for body in evidence.sent if re.search(pattern, body, re.DOTALL)]
    return sorted(set(found))


def _same_repetitions(evidence: Evidence) -> list[str]:
    """Texts that stood beside a tool call and are in more than one place: the answer, and a later request."""
    found = []
    for call in evidence.truth().calls:
        texts = [content for _, kind, content in call.answered() if kind == "text"]
        if len(texts) < len(call.answered()):
            found += [text for text in texts if sum(body.count(text.encode()) for body in evidence.sent) > 1]
    return found


def _whole_answers(evidence: Evidence) -> list[str]:
    """The last answer; earlier ones are told as a whole by the requests that follow."""
    return _texts(evidence, [content for _, kind, content in evidence.truth().calls[-1].answered() if kind == "text"])


def _session(evidence: Evidence) -> list[str]:
    return _texts(evidence, [evidence.session_key])


def _agent_span(evidence: Evidence) -> list[str]:
    """An SDK without agents sends calls and tools, and nothing that could be an agent."""
    known = {span["span_id"] for kind in ("llm", "tool") for span in evidence.spans(kind)}
    spans = (span for body in evidence.sent for span in sent_spans(body))
    return sorted({span.name for span in spans if span.span_id not in known})


def _sub_agent_calls(evidence: Evidence) -> list[str]:
    """Calls that were sent with a sub-agent's span above them."""
    sent = {span.span_id: span for body in evidence.sent for span in sent_spans(body)}
    sub_agents = {span["span_id"] for span in evidence.spans("agent")[1:]}
    found = []
    for call in evidence.spans("llm"):
        at, seen = call["span_id"], set[str]()
        while at in sent and at not in seen | sub_agents:
            seen.add(at)
            at = sent[at].parent_id
        if at in sub_agents:
            found.append(call["name"])
    return found


PROOFS: dict[str, Proof] = {
    "usage": _count("prompt", "completion"),
    "cached_tokens": _count("cached"),
    "cache_write_tokens": _count("cache_write"),
    "reasoning_tokens": _count("reasoning"),
    "reasoning_text": _reasoning,
    "last_reasoning": _last_reasoning,
    "reasoning_marked": _reasoning_marked,
    "retries_as_spans": _retries,
    "failed_requests": _failed_requests,
    "finish_reasons": _finish_reasons,
    "response_model": _response_model,
    "first_token_time": _first_token,
    "tool_spans": _tool_spans,
    "tool_call_ids": _tool_call_ids,
    "failed_tool_ids": _failed_tool_ids,
    "argument_names": _argument_names,
    "tool_content": _tool_content,
    "part_order": _part_order,
    "same_repetitions": _same_repetitions,
    "whole_answers": _whole_answers,
    "sub_agent_calls": _sub_agent_calls,
    "session": _session,
    "agent_span": _agent_span,
}


def _counts(name: str) -> Callable[[Truth], bool]:
    return lambda truth: any((call.usage or {}).get(name) for call in truth.calls)


def _kinds(truth: Truth) -> Iterator[set[str]]:
    return ({kind for _, kind, _ in call.answered()} for call in truth.calls)


# Whether a run has anything of the kind that could be lost; where it has not, a proof would prove nothing.
_AT_STAKE: dict[str, Callable[[Truth], bool]] = {
    "usage": _counts("prompt"),
    "cached_tokens": _counts("cached"),
    "cache_write_tokens": _counts("cache_write"),
    "reasoning_tokens": _counts("reasoning"),
    "reasoning_text": lambda truth: any("reasoning" in kinds for kinds in _kinds(truth)),
    "last_reasoning": lambda truth: "reasoning" in list(_kinds(truth))[-1],
    "reasoning_marked": lambda truth: any("reasoning" in kinds for kinds in _kinds(truth)),
    "retries_as_spans": lambda truth: any(call.error_message for call in truth.calls[:-1]),
    "failed_requests": lambda truth: truth.calls[-1].failed,
    "finish_reasons": lambda truth: any(call.finish_reason for call in truth.calls),
    "first_token_time": lambda truth: any(call.is_streaming and not call.failed for call in truth.calls),
    "sub_agent_calls": lambda truth: len(truth.conversations()) > 1,
    "tool_spans": lambda truth: bool(truth.tool_uses()),
    "tool_call_ids": lambda truth: bool(truth.tool_uses()),
    "failed_tool_ids": lambda truth: any(use.fails for use in truth.tool_uses()),
    "argument_names": lambda truth: any(len(use.arguments) == 1 for use in truth.tool_uses()),
    "tool_content": lambda truth: bool(truth.tool_uses()),
    "same_repetitions": lambda truth: any({"text", "tool_call"} <= kinds for kinds in list(_kinds(truth))[:-1]),
    "whole_answers": lambda truth: "text" in list(_kinds(truth))[-1],
    "part_order": lambda truth: any({"text", "tool_call"} <= kinds for kinds in _kinds(truth)),
}


def claimed_losses(evidence: Evidence) -> dict[str, list[str]]:
    """Every claim that is made for this run, by its name in Emitted, with what was found in spite of it."""
    truth = evidence.truth()
    claims = [name for name in PROOFS if not getattr(evidence.emitted, name)]
    at_calls = replace(evidence, sent=_spans_of_calls(evidence))
    where = {name: at_calls if name in evidence.emitted.elsewhere else evidence for name in claims}
    return {name: PROOFS[name](where[name]) for name in claims if _AT_STAKE.get(name, lambda _: True)(truth)}


def _spans_of_calls(evidence: Evidence) -> list[bytes]:
    calls = {span["span_id"] for span in evidence.spans("llm")}
    return [span.data for body in evidence.sent for span in sent_spans(body) if span.span_id in calls]


def unsent_outputs(evidence: Evidence) -> list[int]:
    """Of an SDK that is said to report too many output tokens: the numbers that it did not send after all."""
    over = evidence.emitted.output_tokens_over
    wrong = {call.usage["completion"] + over for call in evidence.truth().calls if call.usage}
    return sorted(number for number in wrong if not any(holds_number(body, number) for body in evidence.sent))

"""docs/compatibility.md, written from a run of every scenario: what is exact, what an SDK loses, how Strobe shows it.

`run_agents.py --write-compatibility` writes the page; every full run checks that the committed page says what it found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checks import Check
from environments import REPOSITORY, load_environments
from evidence import Evidence, Json
from losses import claimed_losses
from scenario import Suite
from scenarios import all_suites
from truth import ModelCall

PAGE = REPOSITORY / "docs" / "compatibility.md"

# Column -> how the names of its checks begin.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "calls": (
        "calls.count",
        "calls.model",
        "calls.provider",
        "calls.finish_reasons",
        "calls.first_token",
        "session.llm",
    ),
    "tools": ("tools.count", "tools.call_ids", "tools.names", "tools.arguments", "tools.results", "session.tool"),
    "texts": ("transcript.", "contexts.", "raw."),
    "tokens per bucket": ("calls.usage", "session.usage"),
    "errors": ("calls.status", "calls.error", "tools.status", "tools.error", "session.errors", "session.status"),
    "parentage": ("tree.", "session.steps"),
    "session": ("session.key", "session.listed", "session.models", "run."),
}


@dataclass(frozen=True)
class Shown:
    """How Strobe shows that an SDK left something out."""

    column: str  # where the loss belongs
    lost: str  # what is missing, in the words of the table
    shown: str
    is_shown: Callable[[Evidence], bool]


def _calls(evidence: Evidence) -> list[Json]:
    return evidence.spans("llm")


def _pairs(evidence: Evidence) -> list[tuple[ModelCall, Json]]:
    return [(call, span) for call, span in zip(evidence.visible_calls(), _calls(evidence)) if not call.failed]


def _every_call(is_so: Callable[[Json], bool]) -> Callable[[Evidence], bool]:
    return lambda evidence: all(is_so(span) for span in _calls(evidence))


def _usage_is_zero(bucket: str) -> Callable[[Evidence], bool]:
    return _every_call(lambda span: span["usage"] is None or span["usage"][bucket] == 0)


def _no_reasoning_part(evidence: Evidence) -> bool:
    parts = (part for message in evidence.transcript["messages"] for part in message["parts"])
    return all(part["type"] != "reasoning" for part in parts)


def _all_parts(evidence: Evidence) -> bool:
    expected, found = evidence.expected_conversations(), evidence.conversations()
    return sum(map(len, expected)) == sum(map(len, found))


def _no_agent(evidence: Evidence) -> bool:
    return not evidence.spans("agent") and evidence.show["session"]["agent"] is None


def _no_calls_of_sub_agents(evidence: Evidence) -> bool:
    sub_agents = {span["span_id"] for span in evidence.spans("agent")[1:]}
    return all(sub_agents.isdisjoint(above["span_id"] for above in evidence.ancestors(c)) for c in _calls(evidence))


SHOWN: dict[str, Shown] = {
    "usage": Shown(
        "tokens per bucket",
        "all token counts",
        "the call has no `usage` (never zeros) and is unpriced",
        _every_call(lambda span: span["usage"] is None and span["cost_kind"] == "unpriced"),
    ),
    "cached_tokens": Shown(
        "tokens per bucket",
        "cached tokens",
        "they stand in the input bucket, `cache_read` is 0",
        _usage_is_zero("cache_read"),
    ),
    "cache_write_tokens": Shown(
        "tokens per bucket",
        "tokens written to a cache",
        "they stand in the input bucket",
        _usage_is_zero("cache_write"),
    ),
    "reasoning_tokens": Shown(
        "tokens per bucket",
        "reasoning tokens",
        "they stand in the output bucket, `reasoning` is 0",
        _usage_is_zero("reasoning"),
    ),
    "output_tokens_over": Shown(
        "tokens per bucket",
        "the output tokens of streamed answers, which are told one too high",
        "the call that tells the texts counts, with its number; `strobe doctor` lists it against the other recording's",
        lambda evidence: any(c["rule"] == "recordings_differ" for c in evidence.show["contradictions"]),
    ),
    "reasoning_text": Shown("texts", "the text of reasoning", "the transcript has no reasoning", _no_reasoning_part),
    "last_reasoning": Shown(
        "texts",
        "the text of the last answer's reasoning",
        "the transcript has that of earlier answers, from the requests that repeat it",
        lambda evidence: all(part["type"] != "reasoning" for part in evidence.transcript["messages"][-1]["parts"]),
    ),
    "retries_as_spans": Shown(
        "calls",
        "attempts that the client itself tried again",
        "one call, whose time holds all attempts; none of the errors",
        lambda evidence: len(_calls(evidence)) <= len(evidence.visible_calls()),
    ),
    "failed_requests": Shown(
        "texts",
        "what a failed call asked",
        "the failed call has no context",
        lambda evidence: all(span["input_context"] is None for span in _calls(evidence) if span["status"] == "error"),
    ),
    "reasoning_marked": Shown(
        "texts", "what is reasoning and what is text", "reasoning reads as text", _no_reasoning_part
    ),
    "part_order": Shown(
        "texts", "the order of text and tool calls", "all are there, in the order in which they were sent", _all_parts
    ),
    "same_repetitions": Shown(
        "texts",
        "answers in requests as they were told before",
        "the transcript tells both, the answer and its repetition",
        lambda evidence: bool(evidence.transcript["messages"]),
    ),
    "whole_answers": Shown(
        "texts",
        "streamed answers as a whole",
        "the pieces, until a later request repeats the whole",
        lambda evidence: bool(evidence.transcript["messages"]),
    ),
    "failed_tool_ids": Shown(
        "tools",
        "which call asked for a tool that failed",
        "`call_id` is null; the tool belongs to the latest call that ended before it",
        lambda evidence: any((span["tool"] or {}).get("call_id") is None for span in evidence.spans("tool")),
    ),
    "argument_names": Shown(
        "tools",
        "the name of a tool's only argument",
        "`arguments` is the bare value",
        lambda evidence: any(isinstance((span["tool"] or {}).get("arguments"), str) for span in evidence.spans("tool")),
    ),
    "tool_content": Shown(
        "tools",
        "arguments and results of tools",
        "`arguments` and `result` are null; both are in the transcript",
        lambda evidence: all((span["tool"] or {}).get("result") is None for span in evidence.spans("tool")),
    ),
    "finish_reasons": Shown(
        "calls", "why an answer ended", "`finish_reasons` is empty", _every_call(lambda span: not span["finish_reasons"])
    ),
    "response_model": Shown(
        "calls",
        "which model answered",
        "the model is the one that was asked for",
        lambda evidence: all(span["model"] == evidence.expected_model(call) for call, span in _pairs(evidence)),
    ),
    "first_token_time": Shown(
        "calls", "when the first token came", "`ttft_ns` is null", _every_call(lambda span: span["ttft_ns"] is None)
    ),
    "tool_spans": Shown(
        "tools",
        "spans of tools",
        "no tool calls are counted; what was asked and answered is in the transcript",
        lambda evidence: not evidence.spans("tool"),
    ),
    "tool_call_ids": Shown(
        "tools",
        "which call asked for a tool",
        "`call_id` is null; the tool belongs to the latest call that ended before it",
        lambda evidence: all((span["tool"] or {}).get("call_id") is None for span in evidence.spans("tool")),
    ),
    "sub_agent_calls": Shown(
        "parentage",
        "whose calls those of a sub-agent are",
        "they stand below the agent that called it, the sub-agent beside them",
        _no_calls_of_sub_agents,
    ),
    "session": Shown(
        "session",
        "the session's key",
        "the key is that of the trace or of the run",
        lambda evidence: evidence.show["session"]["key"] != evidence.session_key,
    ),
    "agent_span": Shown("parentage", "spans of agents", "the session has no agent", _no_agent),
}


def shown_checks(evidence: Evidence) -> Iterator[Check]:
    """That Strobe shows each loss the way the page says."""
    lost = claimed_losses(evidence)
    for name, shown in SHOWN.items():
        if name in lost:
            yield Check(f"shown.{name}", shown.is_shown(evidence), f"not so: {shown.shown}")


def _lost_in(suite: Suite, results: dict[str, list[Check]]) -> dict[str, list[str]]:
    """The losses that were proved, each with the names of the runs that proved it."""
    found: dict[str, list[str]] = {}
    for scenario in suite.scenarios:
        for check in results[scenario.title]:
            kind, _, name = check.name.partition(".")
            if kind == "losses" and name in SHOWN:
                found.setdefault(name, []).append(scenario.name)
    return found


def _is_elsewhere(suite: Suite, name: str) -> bool:
    return any(name in scenario.emitted.elsewhere for scenario in suite.scenarios)


def _cell(column: str, suite: Suite, results: dict[str, list[Check]]) -> str:
    begins = _COLUMNS[column]
    for scenario in suite.scenarios:
        checks = results[scenario.title]
        if any(not check.passed and check.name.startswith((*begins, "run.playable")) for check in checks):
            return "**wrong**"
    lost = [SHOWN[name].lost for name in _lost_in(suite, results) if SHOWN[name].column == column]
    return f"exact, without {', '.join(lost)}" if lost else "exact"


def _versions(suite: Suite) -> str:
    asked = load_environments()[suite.environment].packages
    return "<br>".join(f"{name.split('[')[0]} {asked[name]}" for name in suite.packages)


def _transports(suite: Suite) -> str:
    return ", ".join(sorted({scenario.transport.upper().replace("GRPC", "gRPC") for scenario in suite.scenarios}))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _tables(results: dict[str, list[Check]]) -> Iterator[str]:
    yield _row(["SDK and instrumentation", "versions", "over", *_COLUMNS])
    yield "|---|---|---|" + "---|" * len(_COLUMNS)
    suites = sorted(all_suites(), key=lambda suite: suite.label.lower())
    for suite in suites:
        cells = [_cell(column, suite, results) for column in _COLUMNS]
        yield _row([suite.label, _versions(suite), _transports(suite), *cells])
    yield from ("", "## What SDKs leave out", "")
    yield "Each of these was looked for in the bytes that the SDK sent in these runs, and is not there; or, where it says"
    yield "so, only in other spans than that of the call, where Strobe does not look."
    yield from ("", _row(["SDK and instrumentation", "lost", "in the runs", "by", "how Strobe shows that"]))
    yield "|---|---|---|---|---|"
    for suite in suites:
        for name, runs in _lost_in(suite, results).items():
            told = "all" if len(runs) == len(suite.scenarios) else ", ".join(runs)
            whose = "Strobe: other spans than the call's tell it" if _is_elsewhere(suite, name) else "the SDK"
            yield _row([suite.label, SHOWN[name].lost, told, whose, SHOWN[name].shown])
    yield from ("", "## The runs", "")
    for suite in suites:
        yield f"- {suite.label}: {', '.join(scenario.name for scenario in suite.scenarios)}"


_HEAD = """# Which SDKs Strobe reads, and how exactly

Unmodified SDKs run a small coding agent against a stand-in model server that writes down what was asked and answered.
What Strobe then says is compared with that: calls, tools with arguments and results, texts in their order, tokens in
their five buckets, errors, what ran below what, the session. *exact* means that every comparison of every run of the
SDK found both sides equal. What an SDK does not send, nobody can show; such losses are named.

`tests/e2e/run_agents.py --write-compatibility` writes this page, and a full run fails when it says anything else.
"""


def render(results: dict[str, list[Check]]) -> str:
    """The page for the results of every scenario, by title."""
    return "\n".join([_HEAD, *_tables(results), ""])


def check_page(results: dict[str, list[Check]]) -> Check:
    """Whether the committed page says what a full run found."""
    written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    lines = [line for line in render(results).splitlines() if line not in written.splitlines()]
    same = written == render(results)
    return Check("compatibility.page", same, f"run with --write-compatibility; it lacks {json.dumps(lines[:2])[:300]}")

#!/usr/bin/env python3
"""Writes the inputs of the cases tokens_*: sessions whose tokens are easily counted wrong. The numbers are those of the
issues that the cases' `commands` name.

    tests/golden/make_token_inputs.py        rewrites them; the results are committed, so a case never waits for this
"""

import json
from pathlib import Path

from make_inputs import Trace, resource

CASES = Path(__file__).resolve().parent / "cases"


def write(case, resources):
    folder = CASES / case
    folder.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(part, ensure_ascii=False) for part in resources)
    (folder / "input.json").write_text('{"resourceSpans":[\n' + lines + "\n]}\n")


def cache_is_part_of_input():
    """The same call in three spellings; all cached tokens are in the input, except where buckets are told apart."""
    semconv, alias, buckets = Trace(0xc1), Trace(0xc2), Trace(0xc3)
    semconv.chat("gpt-4o", 0, 900, (17_903, 40, 17_817), provider="openai", gen_ai__conversation__id="semconv")
    alias.chat("gpt-4o", 0, 900, (13_675, 40, None), provider="openai", gen_ai__conversation__id="alias",
               gen_ai__usage__input_cached_tokens=9216)
    buckets.add("generation", 0, 900, session__id="buckets", langfuse__observation__type="generation",
                langfuse__observation__model__name="gpt-4o",
                langfuse__observation__usage_details=json.dumps({"input": 86, "input_cached_tokens": 17_817, "output": 40}))
    write("tokens_cache_is_part_of_input", [resource("chat", semconv, "genai"), resource("chat", alias, "opentelemetry.instrumentation.openai_v2"),
                                           resource("chat", buckets, "langfuse-sdk")])


def cache_writes_counted_once():
    """Anthropic tells three numbers apart; pydantic-ai adds them up and tells two of them again."""
    trace = Trace(0xc4)
    trace.add("chat claude-sonnet-4-5", 0, 2000, gen_ai__operation__name="chat", gen_ai__provider__name="anthropic",
              gen_ai__request__model="claude-sonnet-4-5", gen_ai__response__model="claude-sonnet-4-5",
              gen_ai__conversation__id="cached", gen_ai__usage__input_tokens=130_213, gen_ai__usage__output_tokens=412,
              gen_ai__usage__details__cache_read_tokens=128_955, gen_ai__usage__details__cache_write_tokens=1253,
              gen_ai__usage__details__input_tokens=5, gen_ai__usage__details__output_tokens=412)
    write("tokens_cache_writes_counted_once", [resource("assistant", trace, "pydantic-ai")])


def agent_totals_not_added():
    """Two runs of an agent over the same two calls: totals under the names of calls, and under their own."""
    parts = []
    for number, session, prefix in ((0xc5, "old-names", "gen_ai__usage"), (0xc6, "own-names", "gen_ai__aggregated_usage")):
        trace = Trace(number)
        totals = {f"{prefix}__input_tokens": 260_426, f"{prefix}__output_tokens": 824,
                  f"{prefix}__details__cache_read_tokens": 257_910, f"{prefix}__details__cache_write_tokens": 2506}
        run = trace.add("agent run", 0, 5000, agent_name="assistant", model_name="claude-sonnet-4-5",
                        gen_ai__conversation__id=session, **totals)
        for start in (100, 2500):
            trace.add("chat claude-sonnet-4-5", start, start + 2000, run, gen_ai__operation__name="chat",
                      gen_ai__provider__name="anthropic", gen_ai__request__model="claude-sonnet-4-5",
                      gen_ai__usage__input_tokens=130_213, gen_ai__usage__output_tokens=412,
                      gen_ai__usage__details__cache_read_tokens=128_955, gen_ai__usage__details__cache_write_tokens=1253)
        parts.append(resource("assistant", trace, "pydantic-ai"))
    write("tokens_agent_totals_not_added", parts)


def parents_repeat_their_children():
    """LangGraph's spans copy the usage of the agent run that they stand around; only the two calls were paid for."""
    trace = Trace(0xc7)
    graph = trace.add("LangGraph.workflow", 0, 5000, traceloop__span__kind="workflow", session__id="graph",
                      gen_ai__usage__prompt_tokens=113, gen_ai__usage__completion_tokens=11)
    inner = Trace(0xc7)
    run = inner.add("agent run", 200, 4800, graph, number=0x11, agent_name="agent", gen_ai__usage__input_tokens=113,
                    gen_ai__usage__output_tokens=11)
    for number, start, tokens in ((0x12, 300, (56, 5)), (0x13, 2500, (57, 6))):
        inner.add("chat gpt-4o", start, start + 1500, run, number=number, gen_ai__operation__name="chat",
                  gen_ai__provider__name="openai", gen_ai__request__model="gpt-4o", gen_ai__usage__input_tokens=tokens[0],
                  gen_ai__usage__output_tokens=tokens[1])
    write("tokens_parents_repeat_their_children", [resource("graph", trace, "opentelemetry.instrumentation.langchain"),
                                                  resource("graph", inner, "pydantic-ai")])


def parts_are_no_addition():
    """A speech model tells text, audio and cached tokens beside the sum of them."""
    trace = Trace(0xc8)
    trace.add("realtime_metrics", 0, 1500, session__id="voice", gen_ai__operation__name="realtime_inference",
              gen_ai__provider__name="openai", gen_ai__request__model="gpt-realtime", gen_ai__usage__input_tokens=2400,
              gen_ai__usage__output_tokens=310, gen_ai__usage__input_text_tokens=900, gen_ai__usage__input_audio_tokens=1500,
              gen_ai__usage__input_cached_tokens=2048, gen_ai__usage__output_text_tokens=60, gen_ai__usage__output_audio_tokens=250)
    write("tokens_parts_are_no_addition", [resource("voice", trace, "livekit-agents")])


def buckets_that_overlap():
    """Buckets that should not overlap, and a total that says they do."""
    trace = Trace(0xc9)
    trace.add("codex generation", 0, 9000, session__id="codex", langfuse__observation__type="generation",
              langfuse__observation__model__name="gpt-5-codex",
              langfuse__observation__usage_details=json.dumps({"input": 117_231, "cache_read_input_tokens": 115_584,
                                                               "output": 225, "total": 117_456}))
    write("tokens_buckets_that_overlap", [resource("codex", trace, "langfuse-sdk")])


def streamed_and_told_later():
    """Usage that comes with the last chunk: in a record beside the request, and in an event of the span."""
    beside, event = Trace(0xca), Trace(0xcb)
    call = {"gen_ai__operation__name": "chat", "gen_ai__provider__name": "openai", "gen_ai__request__model": "gpt-4o"}
    beside.add("Chat Completion with 'gpt-4o'", 0, 120, session__id="beside", logfire__span_type="span", **call)
    beside.add("streaming response from 'gpt-4o' took 2.40s", 2520, 2520, session__id="beside", logfire__span_type="log",
               gen_ai__usage__input_tokens=1200, gen_ai__usage__output_tokens=80, gen_ai__usage__cache_read__input_tokens=1024, **call)
    event.add("chat gpt-4o", 0, 2500, session__id="event", gen_ai__request__stream=True, **call,
              events=[(2499, "gen_ai.client.inference.operation.details",
                       {"gen_ai.usage.input_tokens": 1200, "gen_ai.usage.output_tokens": 80,
                        "gen_ai.usage.cache_read.input_tokens": 1024})])
    write("tokens_streamed_and_told_later", [resource("stream", beside, "logfire.openai"), resource("stream", event, "genai")])


def two_instrumentations():
    """One program under two instrumentations: every call, tool and total twice, in trees of their own."""
    legacy, new = Trace(0xcc), Trace(0xcc)
    answer = {"gen_ai__response__model": "gpt-4o", "gen_ai__request__model": "gpt-4o"}
    root = legacy.add("ai.generateText", 0, 9000, ai__operationId="ai.generateText", session__id="twice",
                      ai__usage__inputTokens=700, ai__usage__outputTokens=50, ai__usage__totalTokens=750, ai__model__id="gpt-4o")
    outer = new.agent("agent", 1, 8999, number=0x21, gen_ai__usage__input_tokens=700, gen_ai__usage__output_tokens=50)
    for number, start, tokens in ((1, 100, (300, 30)), (2, 5000, (400, 20))):
        legacy.add("ai.generateText.doGenerate", start, start + 2000, root, ai__operationId="ai.generateText.doGenerate",
                   ai__model__id="gpt-4o", ai__model__provider="openai.chat", ai__usage__inputTokens=tokens[0],
                   ai__usage__outputTokens=tokens[1], ai__response__id=f"resp-{number}", **answer)
        new.chat("gpt-4o", start + 1, start + 1999, tokens + (0,), provider="openai", parent=outer, number=0x21 + number,
                 gen_ai__response__id=f"resp-{number}")
    legacy.add("ai.toolCall", 2200, 4800, root, ai__operationId="ai.toolCall", ai__toolCall__name="search", ai__toolCall__id="call_1")
    tool = new.tool("search", 2201, 4799, {"query": "docs"}, "found", "call_1", parent=outer, number=0x24)
    new.add("tools/call search", 2300, 4700, tool, number=0x25, mcp__method__name="tools/call", gen_ai__tool__name="search")
    write("tokens_two_instrumentations", [resource("twice", legacy, "ai"), resource("twice", new, "gen_ai")])


def contradictions():
    """Numbers that cannot all be right."""
    trace = Trace(0xcd)
    agent = trace.agent("odd", 0, 9000, "odd", gen_ai__usage__input_tokens=9999, gen_ai__usage__output_tokens=90)
    call = {"gen_ai__operation__name": "chat", "gen_ai__provider__name": "openai", "gen_ai__request__model": "gpt-4o", "parent": agent}
    trace.add("chat total", 100, 900, gen_ai__usage__input_tokens=100, gen_ai__usage__output_tokens=20, gen_ai__usage__total_tokens=150, **call)
    trace.add("chat cache", 1000, 1900, gen_ai__usage__input_tokens=5, gen_ai__usage__output_tokens=20,
              gen_ai__usage__cache_read__input_tokens=800, **call)
    trace.add("chat reasoning", 2000, 2900, gen_ai__usage__input_tokens=100, gen_ai__usage__output_tokens=20,
              gen_ai__usage__reasoning__output_tokens=64, **call)
    trace.add("chat negative", 3000, 3900, gen_ai__usage__input_tokens=-7, gen_ai__usage__output_tokens=20, **call)
    outer = trace.add("chat outer", 4000, 4900, gen_ai__usage__input_tokens=101, gen_ai__usage__output_tokens=20, **call)
    trace.add("chat inner", 4100, 4800, **{**call, "parent": outer}, gen_ai__usage__input_tokens=100, gen_ai__usage__output_tokens=20)
    title = {"gen_ai__operation__name": "chat", "gen_ai__provider__name": "openai", "gen_ai__request__model": "gpt-4o-mini"}
    trace.add("chat title", 5000, 5200, agent, query_source="generate_session_title", gen_ai__usage__input_tokens=30,
              gen_ai__usage__output_tokens=4, **title)
    write("tokens_contradictions", [resource("odd", trace, "genai")])


if __name__ == "__main__":
    for case in (cache_is_part_of_input, cache_writes_counted_once, agent_totals_not_added, parents_repeat_their_children,
                 parts_are_no_addition, buckets_that_overlap, streamed_and_told_later, two_instrumentations, contradictions):
        case()

#!/usr/bin/env python3
"""Writes the sessions in shared/ that the cases of `show` look at: guide.json, branches.json, thin.json, long.json.

    tests/golden/make_inputs.py        rewrites them; the results are committed, so a case never waits for this
"""

import json
from pathlib import Path

SHARED = Path(__file__).resolve().parent / "shared"
BEGIN_NS = 1_769_774_400_000_000_000  # 2026-01-30 12:00:00 UTC
MS = 1_000_000


def value(of):
    if isinstance(of, bool):
        return {"boolValue": of}
    if isinstance(of, int):
        return {"intValue": str(of)}
    if isinstance(of, float):
        return {"doubleValue": of}
    if isinstance(of, list):
        return {"arrayValue": {"values": [value(item) for item in of]}}
    return {"stringValue": of}


def attributes(**pairs):
    return [{"key": key.replace("__", "."), "value": value(of)} for key, of in pairs.items() if of is not None]


class Trace:
    """Spans of one trace, numbered as they come; times in milliseconds after BEGIN_NS."""

    def __init__(self, number):
        self.trace_id, self.spans = f"{number:032x}", []

    def add(self, name, start, end, parent=None, error=None, events=(), dropped=0, number=None, links=(), **pairs):
        number = number or len(self.spans) + 1
        span = {"traceId": self.trace_id, "spanId": f"{number:016x}", "name": name, "kind": 1,
                "startTimeUnixNano": str(BEGIN_NS + start * MS), "endTimeUnixNano": str(BEGIN_NS + end * MS if end else 0),
                "attributes": attributes(**pairs)}
        if parent:
            span["parentSpanId"] = f"{parent:016x}"
        if error:
            span["status"] = {"code": 2, "message": error}
        if events:
            span["events"] = [{"timeUnixNano": str(BEGIN_NS + at * MS), "name": event, "attributes": attributes(**fields)}
                              for at, event, fields in events]
        if dropped:
            span["droppedAttributesCount"] = dropped
        if links:
            span["links"] = [{"traceId": trace, "spanId": f"{to:016x}"} for trace, to in links]
        self.spans.append(span)
        return number

    def agent(self, agent, start, end, session=None, **more):
        return self.add(f"invoke_agent {agent}", start, end, gen_ai__operation__name="invoke_agent", gen_ai__agent__name=agent,
                        gen_ai__conversation__id=session, **more)

    def chat(self, model, start, end, tokens=None, cost=None, messages=None, answer=None, finish="stop", provider="anthropic", **more):
        """tokens: (input with cache, output, cache read)."""
        count = tokens or (None, None, None)
        return self.add(f"chat {model}", start, end, gen_ai__operation__name="chat", gen_ai__provider__name=provider,
                        gen_ai__request__model=model, gen_ai__response__model=None if more.get("error") else model,
                        gen_ai__input__messages=json.dumps(messages) if messages else None,
                        gen_ai__output__messages=json.dumps(answer) if answer else None,
                        gen_ai__response__finish_reasons=[finish] if tokens else None,
                        gen_ai__usage__input_tokens=count[0], gen_ai__usage__output_tokens=count[1],
                        gen_ai__usage__cache_read__input_tokens=count[2], gen_ai__usage__cost=cost, **more)

    def tool(self, name, start, end, arguments=None, result=None, call=None, **more):
        return self.add(f"execute_tool {name}", start, end, gen_ai__operation__name="execute_tool", gen_ai__tool__name=name,
                        gen_ai__tool__call__id=call, gen_ai__tool__call__arguments=json.dumps(arguments) if arguments else None,
                        gen_ai__tool__call__result=result, **more)


def resource(service, trace, scope="opentelemetry.instrumentation.genai"):
    return {"resource": {"attributes": attributes(service__name=service)},
            "scopeSpans": [{"scope": {"name": scope, "version": "1.0"}, "spans": trace.spans}]}


def text(role, words):
    return {"role": role, "parts": [{"type": "text", "content": words}]}


def call(number, name, arguments):
    return {"role": "assistant", "parts": [{"type": "tool_call", "id": f"call_{number}", "name": name, "arguments": arguments}]}


def answer(number, words):
    return {"role": "tool", "parts": [{"type": "tool_call_response", "id": f"call_{number}", "response": words}]}


def guide():
    """Three steps, two tools, a cache that gets warm."""
    trace, model = Trace(0xa77), "claude-sonnet-4"
    agent = trace.agent("coder", 0, 45_000, "session-xxx")
    said = [text("user", "Implement feature X")]
    read, test = call(1, "read_file", {"path": "src/main.ts"}), call(2, "bash", {"command": "npm test"})
    done = text("assistant", "Feature X is in place and its test passes.")
    trace.chat(model, 50, 2341, (2542, 119, 0), 0.0094, said, [read], "tool_use", parent=agent)
    trace.tool("read_file", 2400, 2445, {"path": "src/main.ts"}, "export const x = 1;", "call_1", parent=agent)
    said = said + [read, answer(1, "export const x = 1;")]
    trace.chat(model, 2500, 20_500, (3891, 234, 2100), 0.0078, said, [test], "tool_use", parent=agent)
    trace.tool("bash", 20_600, 21_834, {"command": "npm test"}, "1 passed", "call_2", parent=agent)
    said = said + [test, answer(2, "1 passed")]
    trace.chat(model, 22_000, 44_900, (4567, 456, 3200), 0.0065, said, [done], "end_turn", parent=agent)
    return [resource("coder", trace)]


def branches():
    """A sub-agent below a tool, a nested one, marks, a retry, an embedding, equal times, a missing parent, a cycle."""
    trace, model = Trace(0xb4a), "gpt-4o"
    agent = trace.agent("planner", 0, 4_000_000, "branches")
    trace.add("model_route", 10, 10, agent, from_model="gpt-4o", to_model="o3", reason="hard task")
    trace.chat(model, 20, 500, error="429 slow down", parent=agent, provider="openai", error__type="RateLimitError", events=[
        (300, "retry", {"attempt": 1}), (499, "exception", {"exception.type": "RateLimitError", "exception.message": "429 slow down"})])
    trace.chat("o3", 500, 1500, (1000, 50, 0), None, None, [call(1, "delegate", {"task": "find the docs"})], "tool_calls", "openai", parent=agent)
    tool = trace.tool("delegate", 1500, 60_000, {"task": "find the docs"}, "found", "call_1", parent=agent)
    sub = trace.agent("researcher", 1500, 59_000, parent=tool)
    trace.add("embeddings text-embedding-3-small", 1600, 1650, sub, gen_ai__operation__name="embeddings", gen_ai__provider__name="openai",
              gen_ai__request__model="text-embedding-3-small", gen_ai__usage__input_tokens=12)
    trace.chat(model, 2000, 3000, (400, 20, 0), None, None, [call(2, "search", {"query": "docs"})], "tool_calls", "openai", parent=sub)
    trace.tool("search", 3000, 3500, {"query": "docs"}, None, "call_2", error="no such host", parent=sub, error__type="ConnectError")
    trace.tool("search", 3600, 3700, {"query": "docs"}, "docs/json.md", parent=sub)
    nested = trace.agent("reader", 4000, 20_000, parent=sub)
    trace.chat(model, 4000, 5000, (300, 10, 200), None, None, [text("assistant", "It says so.")], "stop", "openai", parent=nested)
    trace.chat(model, 21_000, 22_000, (900, 30, 600), None, None, [text("assistant", "Found it.")], "stop", "openai", parent=sub)
    trace.add("POST /v1/chat", 60_100, 60_190, agent, http__request__method="POST")
    trace.chat(model, 60_200, 61_000, (1400, 60, 900), None, None, [text("assistant", "Done.")], "stop", "openai", parent=agent)
    trace.tool("cleanup", 61_000, 0, {"all": True}, parent=agent)
    trace.add("late child", 62_000, 62_100, parent=0xdead)
    trace.add("chases", 63_000, 63_100, parent=0x202, number=0x201)
    trace.add("its own tail", 63_000, 63_100, parent=0x201, number=0x202)
    return [resource("planner", trace)]


def thin():
    """What is missing, and by whose doing: one session each."""
    no_call = Trace(0x71)
    no_call.add("GET /health", 0, 5, gen_ai__conversation__id="no-call")
    withheld = Trace(0x72)
    agent = withheld.agent("quiet", 0, 3000, "withheld")
    withheld.chat("gpt-4o", 10, 1000, (200, 25, 0), provider="openai", parent=agent)
    withheld.tool("read_file", 1000, 1040, parent=agent)
    withheld.chat("gpt-4o", 1100, 2000, (300, 20, 0), provider="openai", parent=agent)
    hidden = Trace(0x73)
    hidden.add("ChatCompletion", 10, 1000, openinference__span__kind="LLM", llm__model_name="gpt-4o", session__id="hidden",
               llm__token_count__prompt=100, llm__token_count__completion=10, input__value="__REDACTED__", output__value="__REDACTED__")
    unrecorded = Trace(0x74)
    unrecorded.add("ai.generateText.doGenerate", 10, 1000, ai__operationId="ai.generateText.doGenerate", ai__model__id="gpt-4o",
                   ai__telemetry__metadata__sessionId="unrecorded", ai__usage__inputTokens=100, ai__usage__outputTokens=10)
    dropped = Trace(0x75)
    dropped.chat("gpt-4o", 10, 1000, (100, 10, 0), messages=[text("user", "Hello?")], answer=[text("assistant", "Hello.")],
                 provider="openai", dropped=7, gen_ai__conversation__id="dropped")
    return [resource("probe", no_call, "http"), resource("quiet", withheld), resource("hider", hidden, "openinference.instrumentation.openai"),
            resource("silent", unrecorded, "ai"), resource("loser", dropped)]


def long():
    trace = Trace(0x10)
    agent = trace.agent("marathon", 0, 60_000, "long")
    for step in range(60):
        at = step * 1000
        trace.chat("gpt-4o", at + 10, at + 500, (1000 + 10 * step, 10, 900 if step else 0), provider="openai", parent=agent)
        trace.tool("count", at + 500, at + 510, {"to": step}, str(step), parent=agent)
    return [resource("marathon", trace)]


def pool():
    """A pipeline that hands work to a pool and waits for it: two agents side by side, links, a failure, clocks and orphans."""
    trace, worker, model = Trace(0x900), Trace(0x901), "gpt-4o"
    here = trace.trace_id
    root = trace.add("nightly", 0, 20_000, gen_ai__conversation__id="pool", harn__kind="pipeline", pid=41, syscall_count=12)
    trace.add("pool_submit review", 100, 110, root, harn__kind="pool_submit")
    trace.add("suspension", 200, 210, root, harn__kind="suspension")
    trace.add("channel_emit part", 300, 305, root, harn__kind="channel_emit")
    trace.add("channel_emit part", 4000, 4005, root, harn__kind="channel_emit")
    dequeue = worker.add("pool_dequeue review", 6000, 16_000, links=[(here, 2)], number=0x101, gen_ai__conversation__id="pool",
                         harn__kind="pool_dequeue", pid=42)
    slow = worker.agent("reviewer", 6000, 16_000, parent=dequeue, number=0x102, error="review failed", error__type="ReviewError")
    worker.chat(model, 6100, 9100, (2000, 100, 1000), provider="openai", parent=slow, number=0x103)
    worker.tool("run_tests", 9200, 15_900, {"suite": "all"}, "2 failed", "call_1", parent=slow, number=0x104, error="exit code 1",
                error__type="timeout")
    quick = worker.agent("linter", 6000, 9000, parent=dequeue, number=0x105)
    worker.chat(model, 6000, 8900, (500, 20, 0), provider="openai", parent=quick, number=0x106)
    match = worker.add("channel_match part", 5000, 5100, links=[(here, 4), (here, 5), ("f" * 32, 9)], number=0x107,
                       gen_ai__conversation__id="pool", harn__kind="channel_match")
    worker.add("handler", 5010, 5090, match, number=0x108)
    resume = trace.add("resume", 16_500, 16_600, root, number=0x20, links=[(here, 3)], harn__kind="resume")
    trace.add("early bird", 16_400, 16_550, resume, number=0x21)
    trace.chat(model, 17_000, 19_000, (3000, 50, 2000), provider="openai", parent=root, number=0x22)
    trace.add("late report", 19_500, 20_500, root, number=0x23)
    return [resource("nightly", trace), resource("worker", worker)]


def window():
    """A window that fills up, is compacted and fills again; on the way everything that a provider's cache dislikes."""
    trace, model, clock = Trace(0x31d0), "gpt-4o", 0
    agent = trace.agent("reviewer", 0, 1_400_000, "window")
    prompt = "You review changes to a wiki. Read what you must, then say what is wrong.\nIt is {} now."
    tools = [{"type": "function", "name": name, "description": f"{name} of the wiki", "parameters": {"type": "object"}}
             for name in ("read_page", "find_text", "post_comment")]
    said, before = [text("user", "Review the change of the page on tides.")], 0
    for step in range(1, 25):
        clock += 460_000 if step == 11 else 20_000  # a person answers late
        if step == 12:  # results of old calls are taken out
            said = [answer(2, "(removed)") if message == answer(2, "moon " * 450) else message for message in said]
        if step == 13:  # and then all of it
            said = [said[0], text("user", "So far: nine pages read, two mistakes found.")]
        system = prompt.format("12:00:00" if step < 5 else "12:01:40")
        tool_list = tools if step < 7 else tools[1:] + tools[:1] if step < 8 else [*tools[1:], {**tools[0], "description": "one page"}]
        sent = len(json.dumps([tool_list, system, said])) // 4
        stable = step not in (1, 5, 7, 8, 9, 11, 12, 13)
        name = "read_page" if step % 3 else "find_text"
        asks = call(step, name, {"page": f"tides/{step}"})
        trace.chat(model, clock, clock + 4000, (sent, 40, before if stable else 0), None, said, [asks], "tool_calls", "openai", parent=agent,
                   gen_ai__system_instructions=json.dumps([{"type": "text", "content": system}]),
                   gen_ai__tool__definitions=json.dumps(tool_list), gen_ai__request__temperature=0.0 if step < 9 else 0.7)
        result = "moon " * 450 if step == 2 else f"Page {step} says what the tide does at noon, and why. " * 5
        trace.tool(name, clock + 4100, clock + 4300, {"page": f"tides/{step}"}, result, f"call_{step}", parent=agent)
        said, before = [*said, asks, answer(step, result)], sent
    return [resource("reviewer", trace)]


def limits():
    """For each of the guide's four rules three sessions: nothing yet, just medium, just high. And an agent that does all of it."""
    traces = []

    def session(key, steps, cached=600, tool="step", tools=0, errors=0):
        trace = Trace(0x11_0000 + len(traces))
        at, end = len(traces) * 60_000, len(traces) * 60_000 + 50_000
        agent = trace.agent("surveyor", at, end, key)
        for step in range(steps):
            at += 2_000
            trace.chat("gpt-4o", at, at + 1_000, (2_000, 10, 2 * cached), parent=agent, provider="openai")
            if step < tools:
                trace.tool(tool, at + 1_100, at + 1_300, {"path": f"survey/{step % 3}.md"}, "as before", f"call_{step}", parent=agent)
            if step < errors:
                trace.tool(f"probe_{step}", at + 1_400, at + 1_500, {}, None, f"probe_{step}", parent=agent, error="no answer",
                           error__type="ProbeError")
        for extra in range(max(0, 12 - errors) if errors else 0):
            trace.tool(f"look_{extra}", at + 1_600, at + 1_700, {}, "seen", f"look_{extra}", parent=agent)
        traces.append(resource("surveyor", trace))

    for steps in (7, 8, 11):
        session(f"{steps}-iterations", steps)
    for steps, cached in ((3, 500), (3, 499), (2, 300), (2, 299)):
        session(f"{steps}-iterations-{cached // 10}-percent-cached-{cached}", steps, cached)
    for tools in (4, 5):
        session(f"{tools}-calls-of-a-tool", 5, tool="read_file", tools=tools)
    for errors in (2, 3):
        session(f"{errors}-errors", 5, errors=errors)
    session("all-of-it", 12, cached=200, tool="read_file", tools=6, errors=5)
    return traces


if __name__ == "__main__":
    for name, session in {"guide": guide(), "branches": branches(), "thin": thin(), "long": long(),
                          "pool": pool(), "window": window(), "limits": limits()}.items():
        (SHARED / f"{name}.json").write_text(json.dumps({"resourceSpans": session}, separators=(",", ":")) + "\n", encoding="utf-8")

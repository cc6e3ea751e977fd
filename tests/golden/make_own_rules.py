#!/usr/bin/env python3
"""Writes shared/own_rules.json: for each of Strobe's own rules a session just below and one just above each threshold, and
sessions that only look like a loop.

    tests/golden/make_own_rules.py        rewrites it; the result is committed
"""

import json

from make_inputs import SHARED, Trace, answer, call, resource, text

MODEL = "claude-sonnet-4"
TRACES = []


class Agent:
    """One agent, whose calls see all that was said so far. Times go on by themselves."""

    def __init__(self, session, name="fixer", begin=0, end=900_000):
        self.trace, self.now, self.calls, self.session = Trace(0xf001 + len(TRACES)), begin, 0, session
        self.agent = self.trace.agent(name, begin, end, session)
        self.said = [text("user", "Please mend it")]
        TRACES.append(self.trace)

    def chat(self, answer, finish="tool_use", tokens=(1000, 50, 900), said=None, **more):
        begin, self.now = self.now, self.now + 900
        self.trace.chat(more.pop("model", MODEL), begin, self.now, tokens, None, said or self.said, answer, finish,
                        parent=self.agent, **more)

    def turn(self, name, arguments, result, wait=0, finish="tool_use", error=None, takes=100):
        self.calls += 1
        asked = call(self.calls, name, arguments)
        self.chat([asked], finish)
        self.now += wait
        self.tool(name, arguments, result, error, takes)
        self.said = self.said + [asked, answer(self.calls, result or "failed")]

    def tool(self, name, arguments, result, error=None, takes=100):
        begin, self.now = self.now, self.now + takes
        more = {"error": error, "error__type": error} if error else {}
        self.trace.tool(name, begin, self.now, arguments, result, f"call_{self.calls}", parent=self.agent, **more)

    def end(self, finish="end_turn"):
        self.chat([text("assistant", "That is all.")], finish)


def loops():
    for times in (2, 3, 5):
        agent = Agent(f"doom-loop-{times}")
        for i in range(times):
            agent.turn("bash", {"command": "make", "dir": "."} if i % 2 else {"dir": ".", "command": "make"}, "no rule to make target")
        agent.end()
    for times in (2, 3):
        agent = Agent(f"ping-pong-{times}")
        for _ in range(times):
            agent.turn("enable", {"flag": "x"}, "enabled")
            agent.turn("disable", {"flag": "x"}, "disabled")
        agent.end()
    pages = Agent("paging")
    for page in range(4):
        pages.turn("list_issues", {"page": page}, "20 issues")
    pages.end()
    for session, wait, last in (("polling-until-done", 0, "done"), ("polling-with-waits", 5_000, "running"), ("polling-in-vain", 0, "running")):
        polls = Agent(session)
        for i in range(4):
            polls.turn("build_status", {"build": 7}, last if i == 3 else "running", wait if i else 0)
        polls.end()
    for times in (3, 4):
        agent = Agent(f"stagnation-{times}")
        for file in (1, 2, 3, 4):
            agent.turn("read_file", {"path": f"{file}.txt"}, f"text {file}")
        for i in range(times):
            agent.turn("read_file", {"path": f"{1 + i * 3 % 4}.txt"}, f"text {1 + i * 3 % 4}")
    for times in (2, 3):
        agent = Agent(f"retry-storm-{times}")
        for _ in range(times):
            agent.chat(None, tokens=None, error="429 slow down", error__type="RateLimitError")
        agent.end()


def conversations():
    for finish in ("tool_use", "max_tokens"):
        agent = Agent(f"silent-truncation-{finish}")
        agent.turn("write_file", {"path": "a.txt", "text": "half of"}, "written", finish=finish)
        agent.end()
    for lost in (1999, 2000):
        agent = Agent(f"cache-break-{lost}")
        for i in range(2):
            agent.chat([text("assistant", f"Step {i}")], tokens=(lost + i * 100, 10, 0 if i else lost - 10),
                       gen_ai__system_instructions=json.dumps([{"type": "text", "content": f"It is 12:0{i}:00."}]))
            agent.said = agent.said + [text("assistant", f"Step {i}"), text("user", "Go on")]
    for tokens in (990, 1010):
        agent = Agent(f"context-rewrite-{tokens}")
        for mark in ("old", "new"):
            agent.chat([text("assistant", "Step")], said=[text("user", "Task"), text("user", mark + "x" * (tokens * 4 - 3)), text("user", "Go")])
    for tokens in (1430, 1380):
        agent = Agent(f"compaction-{tokens}")
        agent.chat([text("assistant", "Step")], said=[text("user", "Task"), text("user", "x" * 8000)])
        agent.chat([text("assistant", "Step")], said=[text("user", "Task"), text("user", "Summary" + "y" * (tokens * 4))])
    for changes in (0, 1, 2):
        agent = Agent(f"tool-schema-churn-{changes}")
        for i in range(3):
            tools = [{"type": "function", "name": "read_file", "description": f"Reads a file. {min(i, changes)} were read."}]
            agent.chat([text("assistant", f"Step {i}")], gen_ai__tool__definitions=json.dumps(tools))
            agent.said = agent.said + [text("assistant", f"Step {i}"), text("user", "Go on")]


def sessions():
    for count in (9, 10):
        agent = Agent(f"subagent-explosion-{count}")
        agent.chat([text("assistant", "I delegate.")])
        for i in range(count):
            inner = agent.trace.agent("helper", 2_000 + i, 9_000, parent=agent.agent)
            agent.trace.chat(MODEL, 2_000 + i, 8_000, (500, 10, 0), None, [text("user", f"Part {i}")], [text("assistant", f"Done {i}")],
                             "end_turn", parent=inner)
    for count in (0, 1, 3):
        agent = Agent(f"never-ended-{count}")
        agent.chat([text("assistant", "I start them.")])
        for i in range(3):
            agent.trace.tool("fetch", 2_000 + i, 0 if i < count else 3_000, {"url": f"http://localhost/{i}"}, f"page {i}", parent=agent.agent)
        agent.end()


def repeat(session, times, *calls, wait=0, takes=100):
    """An agent that makes these calls (name, arguments, result) in turn, so often."""
    agent = Agent(session)
    for _ in range(times):
        for name, arguments, result in calls:
            agent.turn(name, arguments, result, wait, takes=takes)
    agent.end()


BUILD = ("build_status", {"build": 7}, "running")
MAKE = ("bash", {"command": "make"}, "no rule to make target")
FLAGS = (("enable", {"flag": "x"}, "enabled"), ("disable", {"flag": "x"}, "disabled"))


def repetition():
    repeat("doom-loop-4", 4, MAKE)
    for times in (4, 5):
        repeat(f"ping-pong-{times}", times, *FLAGS)
    repeat("polling-with-short-waits", 4, BUILD, wait=4_999)
    repeat("ping-pong-with-waits", 3, *FLAGS, wait=5_000)
    repeat("ping-pong-with-short-waits", 3, *FLAGS, wait=4_999)
    for takes in (4_999, 5_000, 30_000):
        repeat(f"polling-that-takes-{takes}-ms", 5, BUILD, takes=takes)
    repeat("build-that-takes-30000-ms", 5, MAKE, takes=30_000)
    for session, times, wait in (("stagnation-7", 7, 0), ("stagnation-8", 8, 0), ("stagnation-with-waits", 4, 5_000),
                                 ("stagnation-with-short-waits", 4, 4_999)):
        agent = Agent(session)
        for i in [0, 1, 2, 3] + [i * 3 % 4 for i in range(times)]:
            agent.turn("read_file", {"path": f"{i}.txt"}, f"text {i}", wait)
    for session, times, gap in (("retry-storm-5", 5, 0), ("retry-storm-6", 6, 0), ("retry-storm-9999-ms", 3, 9_999),
                                ("retry-storm-10000-ms", 3, 10_000)):
        agent = Agent(session)
        for _ in range(times):
            agent.chat(None, tokens=None, error="429 slow down", error__type="RateLimitError")
            agent.now += gap


def rewritten(session, times, tokens):
    """Messages of so many tokens change before each call but the first; one token more stands behind them."""
    agent = Agent(session)
    for i in range(times + 1):
        mark = f"{i:04}"
        agent.chat([text("assistant", "Step")], said=[text("user", "Task"), text("user", mark + "x" * (tokens * 4 - 4)), text("user", "Go")])


def shortened(session, before, after):
    agent = Agent(session)
    agent.chat([text("assistant", "Step")], tokens=(500, 50, 400), said=[text("user", "Task"), text("user", "x" * (before * 4 - 4))])
    agent.chat([text("assistant", "Step")], said=[text("user", "Task"), text("user", "y" * (after * 4 - 4))])


def second_thresholds():
    for count in (1, 2, 3):
        agent = Agent(f"silent-truncation-{count}")
        for i in range(count):
            agent.chat([text("assistant", "Half of")], "max_tokens", said=[text("user", f"Task {i}")],
                       gen_ai__system_instructions=json.dumps([{"type": "text", "content": f"Part {i}."}]))
    for lost in (49_999, 50_000):
        agent = Agent(f"cache-break-{lost}")
        for i in range(2):
            agent.chat([text("assistant", f"Step {i}")], tokens=(lost + i * 100, 10, 0 if i else lost - 10),
                       gen_ai__system_instructions=json.dumps([{"type": "text", "content": f"It is 12:0{i}:00."}]))
            agent.said = agent.said + [text("assistant", f"Step {i}"), text("user", "Go on")]
    rewritten("context-rewrite-999-tokens", 1, 998)
    rewritten("context-rewrite-1000-tokens", 1, 999)
    for times in (9, 10):
        rewritten(f"context-rewrite-{times}-times", times, 2_000)
    shortened("compaction-to-7001-of-10000", 10_000, 7_001)
    shortened("compaction-to-7000-of-10000", 10_000, 7_000)
    shortened("compaction-of-999", 999, 100)
    shortened("compaction-of-1000", 1_000, 100)
    for changes in (4, 5):
        agent = Agent(f"tool-schema-churn-{changes}")
        for i in range(changes + 1):
            tools = [{"type": "function", "name": "read_file", "description": f"Reads a file. {i} were read."}]
            agent.chat([text("assistant", f"Step {i}")], gen_ai__tool__definitions=json.dumps(tools))
            agent.said = agent.said + [text("assistant", f"Step {i}"), text("user", "Go on")]


def agents():
    for count in (29, 30):
        agent = Agent(f"subagent-explosion-{count}")
        agent.chat([text("assistant", "I delegate.")])
        for i in range(count):
            inner = agent.trace.agent("helper", 2_000 + i, 9_000, parent=agent.agent)
            agent.trace.chat(MODEL, 2_000 + i, 8_000, (500, 10, 0), None, [text("user", f"Part {i}")], [text("assistant", f"Done {i}")],
                             "end_turn", parent=inner)
    for depth in (3, 4):
        agent = Agent(f"subagent-depth-{depth}")
        agent.chat([text("assistant", "I delegate.")])
        inner = agent.agent
        for level in range(2, depth + 1):
            inner = agent.trace.agent(f"helper {level}", level * 1_000, 50_000 - level, parent=inner)
            agent.trace.chat(MODEL, level * 1_000, level * 1_000 + 500, (500, 10, 0), None, [text("user", f"Part {level}")],
                             [text("assistant", f"Done {level}")], "end_turn", parent=inner)
    agent = Agent("never-ended-2")
    agent.chat([text("assistant", "I start them.")])
    for i in range(3):
        agent.trace.tool("fetch", 2_000 + i, 0 if i < 2 else 3_000, {"url": f"http://localhost/{i}"}, f"page {i}", parent=agent.agent)
    agent.end()


def write(name):
    body = {"resourceSpans": [resource("fixer", trace) for trace in TRACES]}
    (SHARED / name).write_text(json.dumps(body, separators=(",", ":")) + "\n", encoding="utf-8")


def main():
    loops()
    conversations()
    sessions()
    repetition()
    second_thresholds()
    agents()
    write("own_rules.json")


if __name__ == "__main__":
    main()

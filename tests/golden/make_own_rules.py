#!/usr/bin/env python3
"""Writes shared/own_rules.json: for each of Strobe's own rules a session just below and one just above a threshold, and
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

    def turn(self, name, arguments, result, wait=0, finish="tool_use", error=None):
        self.calls += 1
        asked = call(self.calls, name, arguments)
        self.chat([asked], finish)
        self.now += wait
        self.tool(name, arguments, result, error)
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


def write(name):
    body = {"resourceSpans": [resource("fixer", trace) for trace in TRACES]}
    (SHARED / name).write_text(json.dumps(body, separators=(",", ":")) + "\n", encoding="utf-8")


def main():
    loops()
    conversations()
    sessions()
    write("own_rules.json")


if __name__ == "__main__":
    main()

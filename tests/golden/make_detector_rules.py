#!/usr/bin/env python3
"""Writes shared/detector_rules.json: for each threshold of the rules of attocode's detectors, and of `outlier`, a session
just below and one just above it, NAME-below and NAME-above.

    tests/golden/make_detector_rules.py        rewrites it; the result is committed
"""

from make_inputs import call, text
from make_own_rules import Agent, write


def pair(name, play, below, above):
    for side, value in (("below", below), ("above", above)):
        play(Agent(f"{name}-{side}"), value)


def usage(agent, calls):
    """Calls of (input with cache, output, cache read), and of reasoning if there is a fourth."""
    for i, (*tokens, reasoning) in enumerate(one if len(one) == 4 else (*one, None) for one in calls):
        agent.chat([text("assistant", f"Step {i}")], "end_turn", tuple(tokens), gen_ai__usage__reasoning__output_tokens=reasoning)
        agent.said = agent.said + [text("assistant", f"Step {i}")]


def step(agent, ends):
    """A step that asks for a tool for each letter, each tool another one; x fails."""
    begin = agent.calls
    asked = [call(begin + i, f"probe_{begin + i}", {}) for i in range(1, len(ends) + 1)]
    agent.chat(asked or [text("assistant", f"After {begin}")], "tool_use" if ends else "end_turn")
    for end in ends:
        agent.calls += 1
        error = "ProbeError" if end == "x" else None
        agent.tool(f"probe_{agent.calls}", {"probe": agent.calls}, None if error else "seen", error)
    agent.said = agent.said + [text("assistant", f"After {agent.calls}")]


def steps(agent, all_ends):
    for ends in all_ends:
        step(agent, ends)


def calls_of_one(agent, ends_or_times):
    """Calls of one tool: a letter each, of which t times out, or how many milliseconds it takes."""
    agent.chat([text("assistant", "I look.")])
    for i, of in enumerate(ends_or_times):
        error = "TimeoutError" if of == "t" else None
        agent.tool("fetch", {"page": i}, None if error else f"page {i}", error, takes=100 if isinstance(of, str) else of)
    agent.end()


def tools():
    # Three failures of ten tools are no high rate of errors yet.
    pair("error-streak", steps, ["x", "x", ".......", "."], ["x", "x", "x.......", "."])
    pair("error-streak-at-end", steps, ["......", "x", "x", "x.", "."], ["......", "x", "x", "x."])
    pair("tool-error-rate", steps, ["xxx......."], ["xxxx......"])
    pair("tool-error-rate-calls", steps, ["xx"], ["xx."])
    pair("tool-error-rate-one", steps, ["x.."], ["xx."])
    pair("slow-tool-medium", calls_of_one, [5_000], [5_001])
    pair("slow-tool-high", calls_of_one, [10_000], [10_001])
    pair("slow-tool-single", calls_of_one, [30_000] + 6 * [1], [30_001] + 6 * [1])
    pair("tool-timeout-medium", calls_of_one, "t......", "tt.....")
    pair("tool-timeout-high", calls_of_one, "tt........", "ttt.......")


def tokens():
    pair("cache-invalidation-before", usage, [(1500, 10, 900), (1500, 10, 285)], [(1500, 10, 901), (1500, 10, 285)])
    pair("cache-invalidation-after", usage, [(1500, 10, 915), (1500, 10, 300)], [(1500, 10, 915), (1500, 10, 299)])
    pair("cache-invalidation-fall", usage, [(1500, 10, 1350), (1500, 10, 600)], [(1500, 10, 1350), (1500, 10, 599)])
    pair("cache-invalidation-short", usage, [(1500, 10, 1350), (1023, 10, 0)], [(1500, 10, 1350), (1024, 10, 0)])
    pair("token-spike-rise", usage, [(3990, 10, 3500), (11_990, 10, 11_000)], [(3990, 10, 3500), (11_991, 10, 11_000)])
    pair("token-spike-tokens", usage, [(90, 10, 80), (9990, 10, 9000)], [(90, 10, 80), (9991, 10, 9000)])
    pair("token-outlier-percent", usage, [(90, 10, 80), (90, 10, 80), (390, 10, 300)], [(90, 10, 80), (90, 10, 80), (393, 10, 300)])
    # Of two calls none can take more than twice their average.
    pair("token-outlier-calls", usage, [(10, 5, 5), (900, 10, 800)], [(10, 5, 5), (10, 5, 5), (900, 10, 800)])
    pair("token-outlier-tokens", usage, [(10, 5, 5), (10, 5, 5), (9_990, 10, 9_000)], [(10, 5, 5), (10, 5, 5), (9_991, 10, 9_000)])
    pair("thinking-overhead-percent", usage, [(1000, 3000, 900, 2100)], [(1000, 2999, 900, 2100)])
    pair("thinking-overhead-tokens", usage, [(1000, 1000, 900, 999)], [(1000, 1001, 900, 1000)])
    pair("context-limit-medium", usage, [(140_000, 10, 0)], [(140_001, 10, 0)])
    pair("context-limit-critical", usage, [(180_000, 10, 0)], [(180_001, 10, 0)])
    pair("spinning", usage, 15 * [(1000, 10, 900)], 16 * [(1000, 10, 900)])


def compacted(agent, percent):
    """Four times the rest of a conversation is told again in so many percent of its 800 tokens."""
    for i in range(4):
        agent.chat([text("assistant", f"Step {i}")], said=[*agent.said, text("user", f"{i}" + "x" * 3200)])
        agent.said = [agent.said[0], text("user", f"Summary {i}" + "y" * (32 * percent))]
        agent.chat([text("assistant", f"Go on after {i}")])
        agent.said = agent.said[:1]


def marked(agent, gaps):
    """The agent says that it compacts; so many steps lie between."""
    for gap in (1, *gaps):
        steps(agent, gap * ["."])
        agent.trace.add("context.compacted", agent.now, agent.now, agent.agent)
    agent.end()


def warned(agent, after, changed_at=None):
    """Three steps of four tools, a warning, steps of `after` tools; the mode changes behind so many of these."""
    steps(agent, 3 * ["...."])
    agent.trace.add("budget.warning", agent.now, agent.now, agent.agent)
    agent.now += 10
    for i, ends in enumerate(after, 1):
        step(agent, ends * ".")
        if i == changed_at:
            agent.trace.add("mode.change", agent.now, agent.now, agent.agent)


def changed(agent, behind):
    warned(agent, (4, 4, 4, 4), behind)


def refused(agent, message):
    agent.chat(None, tokens=None, error=message, error__type="BadRequestError")


def said(agent, name):
    agent.chat([text("assistant", "I go on.")])
    agent.trace.add(name, agent.now, agent.now, agent.agent)


def conversations():
    pair("frequent-compactions-count", marked, (4, 4), (4, 4, 4))
    pair("frequent-compactions-steps", marked, (7, 7, 6), (7, 6, 6))
    pair("frequent-compactions-percent", compacted, 70, 69)
    pair("budget-warning-fewer", warned, (2, 2, 2), (2, 2, 3))
    pair("budget-warning-steps", warned, (2, 2, 2, 4), (2, 2, 4, 2))
    pair("budget-warning-mode", changed, 2, 3)
    pair("empty-response", lambda agent, output: agent.chat(None, "end_turn", (1000, output, 900)), 1, 0)
    pair("context-overflow-refused", refused, "no such tool", "prompt is too long: 200001 tokens")
    pair("context-overflow-said", said, "context.full", "context.overflow")
    pair("context-overflow-ended", lambda agent, finish: agent.end(finish), "end_turn", "model_context_window_exceeded")


def helpers(agent, names):
    """A sub-agent for each letter, which is its name; a capital one fails."""
    agent.chat([text("assistant", "I delegate.")])
    for i, name in enumerate(names):
        more = {"error": "refused", "error__type": "Refused"} if name.isupper() else {}
        agent.trace.agent(f"helper {name.lower()}", 2_000 + i * 10, 2_009 + i * 10, parent=agent.agent, **more)


def helper_with(agent, error):
    agent.chat([text("assistant", "I delegate.")])
    agent.trace.agent("helper", 2_000, 9_000, parent=agent.agent, error=error, error__type="HelperError")


def swarm(agent, ends):
    """A task for each letter: x failed, s was skipped."""
    agent.chat([text("assistant", "I delegate.")])
    whole = agent.trace.add("swarm", 1_000, 9_000, agent.agent, gen_ai__operation__name="invoke_workflow")
    wave = agent.trace.add("wave 1", 1_000, 9_000, whole, gen_ai__operation__name="invoke_workflow")
    for i, end in enumerate(ends):
        more = {"error": "failed", "error__type": f"TaskError{i}"} if end == "x" else {}
        agent.trace.agent(f"task {i}", 2_000 + i, 3_000 + i, parent=wave, attocode__phase="skipped" if end == "s" else None, **more)


def conflicts(agent, waves):
    agent.chat([text("assistant", "I delegate.")])
    for i, wave in enumerate(waves):
        agent.trace.add("swarm.conflict", 2_000 + i, 2_000 + i, agent.agent, attocode__wave=wave)


def agents():
    pair("subagent-inefficiency-medium", helpers, "Aaaa", "AAaa")
    pair("subagent-inefficiency-high", helpers, "AAaaaa", "AAAaaa")
    pair("subagent-inefficiency-agents", helpers, "AB", "ABc")
    pair("subagent-inefficiency-share", helpers, "ABcd", "ABcC")
    pair("subagent-timeout", helper_with, "refused", "timed out after 7 s")
    pair("subagent-timeout-said", said, "subagent.start", "subagent.timeout")
    pair("swarm-cascade", swarm, "xss.......", "xxss......")
    pair("swarm-conflicts", conflicts, (1, 1, 2, 2), (1, 1, 1))


def run(session, name, begin, tokens=1000, steps=2, seconds=60, output=10, **more):
    """A run of the agent `name` that began at this minute."""
    agent = Agent(session, name, begin * 60_000, begin * 60_000 + seconds * 1000)
    for i in range(steps):
        part = tokens // steps + (tokens % steps if i == 0 else 0)
        agent.chat([text("assistant", f"Step {i}")], "end_turn", (part - output, output, part * 6 // 10), **more)


def outliers():
    # Five alike; then pairs that begin at the same time, so that none is an earlier one of another.
    for i in range(5):
        run(f"steady-{i}", "steady", i)
    for name, below, above in (
        ("medium", {"tokens": 1500}, {"tokens": 1501}),
        ("high", {"tokens": 3000}, {"tokens": 3001}),
        ("duration", {"seconds": 90}, {"seconds": 91}),
        ("steps", {"steps": 3}, {"steps": 4}),
        ("cost", {"output": 43}, {"output": 44}),
    ):
        run(f"outlier-{name}-below", "steady", 10, **below)
        run(f"outlier-{name}-above", "steady", 10, **above)
    # The median of their distances from 1000 is 100: five of it, scaled, are 741. The model has no price, so no cost tells.
    for i, tokens in enumerate((800, 900, 1000, 1100, 1200)):
        run(f"varied-{i}", "varied", i, tokens, model="homemade")
    run("outlier-deviations-below", "varied", 10, 1741, model="homemade")
    run("outlier-deviations-above", "varied", 10, 1742, model="homemade")
    # The fifth is itself far out, but not yet told.
    for i in range(4):
        run(f"young-{i}", "young", i)
    run("outlier-runs-below", "young", 10, 4000)
    run("outlier-runs-above", "young", 20, 4000)


def main():
    tools()
    tokens()
    conversations()
    agents()
    outliers()
    write("detector_rules.json")


if __name__ == "__main__":
    main()

"""Which agents are run through which scripts, and how one run becomes evidence."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emitted import Emitted, openinference, vercel
from environments import Environment, agent_command
from evidence import Evidence
from processes import Finished, run, standin
from truth import read_lines

_HERE = Path(__file__).resolve().parent
_RUN_TIMEOUT_S = 90.0
_READ_TIMEOUT_S = 30.0
# What a developer's own shell might set and a test must not inherit.
_FOREIGN_VARIABLES = ("OTEL_", "OPENAI_", "STROBE_", "OPENINFERENCE_", "TRACEPARENT", "AGENT_")


@dataclass(frozen=True)
class Scenario:
    agent: str  # an environment of versions.json
    name: str
    script: str
    flags: tuple[str, ...]
    emitted: Emitted
    exit_code: int = 0

    @property
    def title(self) -> str:
        return f"{self.agent}/{self.name}"


class StrobeError(RuntimeError):
    """Strobe itself failed where it should have answered."""


def all_scenarios() -> list[Scenario]:
    found = []
    for major in (6, 5):
        agent = f"vercel-v{major}"
        whole, streamed = vercel(major, is_streaming=False), vercel(major, is_streaming=True)
        found += [
            Scenario(agent, "plain", "demo", (), whole),
            Scenario(agent, "streaming", "demo", ("--stream",), streamed),
        ]
        if major == 6:
            found += [
                Scenario(agent, "error", "error", (), whole),
                Scenario(agent, "error-streaming", "error", ("--stream",), streamed),
                Scenario(agent, "refused", "refused", (), whole, exit_code=1),
            ]
    chat, responses = openinference("chat"), openinference("responses")
    found += [
        Scenario("openinference", "plain", "demo", (), chat),
        Scenario("openinference", "streaming", "demo", ("--stream",), chat),
        Scenario("openinference", "error", "error", (), chat),
        Scenario("openinference", "error-streaming", "error", ("--stream",), chat),
        Scenario("openinference", "refused", "refused", (), chat, exit_code=1),
        Scenario("openinference", "responses", "demo", ("--api", "responses"), responses),
        Scenario("openinference", "responses-streaming", "demo", ("--api", "responses", "--stream"), responses),
    ]
    return found


def agent_variables(port: int, session_key: str) -> dict[str, str]:
    """The environment of an agent that talks to the stand-in. No network but this machine's is to be used."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_VARIABLES)}
    return clean | {
        "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "OPENAI_API_KEY": "none-needed-here",
        "AGENT_SESSION_ID": session_key,
        "NO_PROXY": "127.0.0.1,localhost",
        "NO_COLOR": "1",
    }


def play(scenario: Scenario, environment: Environment, strobe: Path, folder: Path) -> Evidence:
    """Runs the scenario's agent under `strobe run` and collects both sides. `folder` is empty and ours."""
    workspace, truth = folder / "workspace", folder / "truth.jsonl"
    shutil.copytree(_HERE / "workspace", workspace)
    agent = [*agent_command(environment), "--workspace", str(workspace), *scenario.flags]
    store = [str(strobe), "--store", str(folder / "strobe.db")]
    session_key = f"e2e-{scenario.agent}-{scenario.name}"
    with standin(_HERE / "scripts" / f"{scenario.script}.json", truth, folder / "port") as port:
        variables = agent_variables(port, session_key)
        ran = run([*store, "run", "--", *agent], variables, _RUN_TIMEOUT_S)
    lines = read_lines(truth)
    if not lines:
        raise StrobeError(f"the agent never asked the model; it ended with {ran.exit_code}:\n{_tail(ran)}")
    return Evidence(
        emitted=scenario.emitted,
        session_key=session_key,
        agent_exit_code=scenario.exit_code,
        run_exit_code=ran.exit_code,
        truth_lines=lines,
        show=_ask(store, variables, "show", "last", "--json"),
        transcript=_ask(store, variables, "show", "last", "--view", "transcript", "--json"),
        sessions=_ask(store, variables, "sessions", "--json"),
    )


def _tail(finished: Finished) -> str:
    return (finished.stdout + finished.stderr)[-2000:]


def _ask(store: list[str], variables: Mapping[str, str], *question: str) -> Any:
    answered = run([*store, *question], variables, _READ_TIMEOUT_S)
    if answered.exit_code != 0:
        raise StrobeError(f"strobe {' '.join(question)} ended with {answered.exit_code}:\n{_tail(answered)}")
    try:
        return json.loads(answered.stdout)
    except json.JSONDecodeError as problem:
        raise StrobeError(f"strobe {' '.join(question)} printed no JSON: {problem}:\n{_tail(answered)}") from problem

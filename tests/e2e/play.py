"""How one run becomes evidence: the stand-in, `strobe run` or `strobe serve`, the recorder, the agent, the questions."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from captured import read_bodies
from environments import Environment, agent_command
from evidence import Evidence
from processes import Finished, grpc_server, run, standin
from scenario import Scenario
from truth import read_lines

_HERE = Path(__file__).resolve().parent
_RUN_TIMEOUT_S = 120.0
_READ_TIMEOUT_S = 60.0
# What a developer's own shell might set and a test must not inherit.
_FOREIGN_VARIABLES = (
    "AGENT_",
    "ANTHROPIC_",
    "GEMINI_",
    "GOOGLE_",
    "OPENAI_",
    "OPENINFERENCE_",
    "OTEL_",
    "STROBE_",
    "TRACELOOP_",
    "TRACEPARENT",
)


class StrobeError(RuntimeError):
    """Strobe itself failed where it should have answered."""


def agent_variables(port: int, session_key: str) -> dict[str, str]:
    """The environment of an agent that talks to the stand-in. No network but this machine's is to be used."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_VARIABLES)}
    server = f"http://127.0.0.1:{port}"
    return clean | {
        "OPENAI_BASE_URL": f"{server}/v1",
        "OPENAI_API_KEY": "none-needed-here",
        "ANTHROPIC_BASE_URL": server,
        "ANTHROPIC_API_KEY": "none-needed-here",
        "GOOGLE_GEMINI_BASE_URL": server,
        "GOOGLE_API_KEY": "none-needed-here",
        "AGENT_SESSION_ID": session_key,
        "NO_PROXY": "127.0.0.1,localhost",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TRACELOOP_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
    }


def grpc_variables() -> dict[str, str]:
    """What the guide for gRPC tells a user to set who does not use `strobe run`."""
    return {
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        "OTEL_EXPORTER_OTLP_INSECURE": "true",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "65536",
        "OTEL_ATTRIBUTE_COUNT_LIMIT": "65536",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true",
    }


def play(scenario: Scenario, environment: Environment, strobe: Path, folder: Path) -> Evidence:
    """Runs the scenario's agent and collects both sides. `folder` is empty and ours."""
    workspace, truth, sent = folder / "workspace", folder / "truth.jsonl", folder / "sent"
    shutil.copytree(_HERE / "workspace", workspace)
    agent = [*agent_command(environment), "--workspace", str(workspace), *scenario.flags]
    store = [str(strobe), "--store", str(folder / "strobe.db")]
    session_key = f"e2e-{scenario.environment}-{scenario.name}"
    recorder = [sys.executable, "-B", str(_HERE / "recorder.py"), "--out", str(sent)]
    with standin(_HERE / "scripts" / f"{scenario.script}.json", truth, folder / "port") as port:
        variables = agent_variables(port, session_key) | dict(scenario.variables)
        if scenario.transport == "grpc":
            with grpc_server(store, variables) as address:
                recorded = [*recorder, "--upstream", address, "--", *agent]
                ran = run(recorded, grpc_variables() | variables, _RUN_TIMEOUT_S)
        else:
            ran = run([*store, "run", "--", *recorder, "--", *agent], variables, _RUN_TIMEOUT_S)
    lines = read_lines(truth)
    if not lines:
        raise StrobeError(f"the agent never asked the model; it ended with {ran.exit_code}:\n{_tail(ran)}")
    (folder / "output.txt").write_text(ran.stdout + ran.stderr, encoding="utf-8")
    return Evidence(
        emitted=scenario.emitted,
        provider=scenario.provider,
        session_key=session_key,
        agent_exit_code=scenario.exit_code,
        run_exit_code=ran.exit_code,
        truth_lines=lines,
        show=_ask(store, variables, "show", "last", "--json"),
        transcript=_ask(store, variables, "show", "last", "--view", "transcript", "--json"),
        sessions=_ask(store, variables, "sessions", "--json"),
        sent=read_bodies(sent),
    )


def _tail(finished: Finished) -> str:
    """What it complained of last; a question's answer on standard output would only hide that."""
    return (finished.stderr or finished.stdout)[-1000:]


def _ask(store: list[str], variables: Mapping[str, str], *question: str) -> Any:
    answered = run([*store, *question], variables, _READ_TIMEOUT_S)
    if answered.exit_code != 0:
        raise StrobeError(f"strobe {' '.join(question)} ended with {answered.exit_code}:\n{_tail(answered)}")
    try:
        return json.loads(answered.stdout)
    except json.JSONDecodeError as problem:
        raise StrobeError(f"strobe {' '.join(question)} printed no JSON: {problem}:\n{_tail(answered)}") from problem

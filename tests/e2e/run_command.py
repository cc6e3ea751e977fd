#!/usr/bin/env python3
"""What `strobe run` promises around the agent: exit codes, signals, streams, several at once, a live server.

The agents here are a few lines of Python that post one OTLP/JSON span to the endpoint they were given: no SDK is needed
to see whether the command keeps its promises.

usage: run_command.py --strobe PATH
"""
from __future__ import annotations

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

# Posts one LLM span, then does what argv[1] says.
AGENT = """
import json, os, sys, time, urllib.request, uuid
attributes = [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
              {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "7"}}]
resource = [{"key": k, "value": {"stringValue": v}} for k, v in
            (pair.split("=", 1) for pair in os.environ["OTEL_RESOURCE_ATTRIBUTES"].split(","))]
span = {"traceId": uuid.uuid4().hex, "spanId": uuid.uuid4().hex[:16], "name": "chat m",
        "startTimeUnixNano": str(time.time_ns()), "endTimeUnixNano": str(time.time_ns() + 1000), "attributes": attributes}
body = {"resourceSpans": [{"resource": {"attributes": resource}, "scopeSpans": [{"spans": [span]}]}]}
request = urllib.request.Request(os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces", json.dumps(body).encode(),
                                 {"Content-Type": "application/json"})
assert urllib.request.urlopen(request).status == 200
exec(sys.argv[1])
"""


class Checks:
    """Counts what held and what did not."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def equal(self, name: str, actual: object, expected: object) -> None:
        if actual == expected:
            self.passed += 1
            print(f"ok   {name}")
        else:
            self.failed += 1
            print(f"FAIL {name}: got {actual!r}, expected {expected!r}")


class Strobe:
    def __init__(self, program: str, store: pathlib.Path) -> None:
        self.base = [program, "--store", str(store)]

    def start_run(self, code: str, **options: object) -> subprocess.Popen[str]:
        command = [*self.base, "run", "--", sys.executable, "-c", AGENT, code]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload]

    def json(self, *words: str) -> object:
        done = subprocess.run([*self.base, "--json", *words], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def count_spans(self) -> int:
        rows = self.json("sql", "SELECT count(*) AS n FROM spans WHERE kind = 'llm'")
        return int(rows[0]["n"])  # type: ignore[index]


def exit_codes(strobe: Strobe, checks: Checks) -> None:
    run = strobe.start_run("print('to stdout'); print('to stderr', file=sys.stderr); sys.exit(7)")
    out, err = run.communicate(timeout=60)
    checks.equal("the exit code is the agent's", run.returncode, 7)
    checks.equal("standard output is the agent's alone", out, "to stdout\n")
    checks.equal("the summary goes to standard error", "to stderr" in err and "LLM calls" in err, True)
    session = strobe.json("show", "last")["session"]  # type: ignore[index,call-overload]
    checks.equal("a failing agent is a failed session", session["status"], "error")
    checks.equal("its tokens are counted", session["usage"]["input"], 7)


def not_found(strobe: Strobe, checks: Checks) -> None:
    done = subprocess.run([*strobe.base, "run", "--", "/nonexistent/agent"], capture_output=True, text=True)
    checks.equal("a missing program is not found, as in a shell", done.returncode, 127)
    checks.equal("and said so", "cannot run /nonexistent/agent" in done.stderr, True)


def signals(strobe: Strobe, checks: Checks) -> None:
    for name, sent in (("terminate", signal.SIGTERM), ("interrupt", signal.SIGINT)):
        run = strobe.start_run("print('up', flush=True); time.sleep(60)", start_new_session=True)
        assert run.stdout is not None
        run.stdout.readline()
        if sent == signal.SIGINT:
            os.killpg(run.pid, sent)  # as a terminal does it
        else:
            os.kill(run.pid, sent)
        run.communicate(timeout=60)
        # Python turns an interrupt into KeyboardInterrupt and then dies of the signal itself.
        checks.equal(f"{name} reaches the agent", run.returncode, 128 + sent)
        session = strobe.json("show", "last")["session"]  # type: ignore[index,call-overload]
        checks.equal(f"{name}: the session is cancelled", session["status"], "cancelled")


def no_telemetry(strobe: Strobe, checks: Checks) -> None:
    done = subprocess.run([*strobe.base, "run", "--", "true"], capture_output=True, text=True)
    checks.equal("an agent without telemetry ends well", done.returncode, 0)
    checks.equal("and the summary says so", "sent no telemetry" in done.stderr, True)


def several_at_once(strobe: Strobe, checks: Checks) -> None:
    before = strobe.count_spans()
    runs = [strobe.start_run("time.sleep(0.5)") for _ in range(3)]
    for run in runs:
        run.communicate(timeout=60)
    checks.equal("three runs at once all end well", [run.returncode for run in runs], [0, 0, 0])
    checks.equal("and all are recorded", strobe.count_spans() - before, 3)


def with_a_server(strobe: Strobe, checks: Checks, directory: pathlib.Path) -> None:
    before = strobe.count_spans()
    server = subprocess.Popen([*strobe.base, "serve", "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        checks.equal("the server says where it listens", "listening on http://127.0.0.1:" in server.stderr.readline(), True)
        checks.equal("and where gRPC has a port of its own", "OTLP/gRPC on 127.0.0.1:" in server.stderr.readline(), True)
        second = subprocess.run([*strobe.base, "serve", "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
        checks.equal("a second server for the store is refused", second.returncode, 1)
        run = strobe.start_run("print(os.environ['OTEL_EXPORTER_OTLP_ENDPOINT'])")
        document = directory / "import.json"
        document.write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [
            {"traceId": "ab" * 16, "spanId": "cd" * 8, "name": "chat m", "startTimeUnixNano": str(time.time_ns()),
             "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}]}]}]}]}))
        imported = subprocess.run([*strobe.base, "import", str(document)], capture_output=True, text=True, timeout=60)
        out, err = run.communicate(timeout=60)
        checks.equal("a run sends to the live server", (run.returncode, out.startswith("http://127.0.0.1:")), (0, True))
        checks.equal("and prints its summary", "LLM calls" in err, True)
        checks.equal("import works while a server runs", imported.returncode, 0)
        checks.equal("both are recorded", strobe.count_spans() - before, 2)
    finally:
        server.send_signal(signal.SIGTERM)
        checks.equal("the server ends well", server.wait(timeout=30), 0)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--strobe", required=True)
    program = str(pathlib.Path(parser.parse_args().strobe).resolve())
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        strobe = Strobe(program, directory / "strobe.db")
        exit_codes(strobe, checks)
        not_found(strobe, checks)
        signals(strobe, checks)
        no_telemetry(strobe, checks)
        several_at_once(strobe, checks)
        with_a_server(strobe, checks, directory)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Session logs of `strobe serve` and `strobe run`: every span exactly once, whatever happens meanwhile.

    session_log_test.py STROBE
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))
from served import Served  # noqa: E402
from spans import TRACE, agent_span, call_span, tool_span  # noqa: E402

PROGRAM = ""
_WAIT_SECONDS_MAX = 20


def _lines(folder: Path) -> list[dict[str, object]]:
    """Of all files; a last line that has no end yet is left out."""
    found = []
    for file in sorted(folder.glob("*.jsonl")):
        found += [json.loads(line) for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return found


def _copilot_lines(folder: Path) -> dict[str, list[dict[str, object]]]:
    """By the session's folder and the log's name; of every session."""
    found = {}
    for file in sorted(folder.glob("debug-logs/*/*.jsonl")):
        lines = file.read_text().splitlines(keepends=True)
        found[f"{file.parent.name}/{file.name}"] = [json.loads(line) for line in lines if line.endswith("\n")]
    return found


def _told(lines: list[dict[str, object]]) -> list[tuple[object, object]]:
    told = []
    for line in lines:
        context = line.get("context")
        of_error = context.get("spanId") if isinstance(context, dict) else None
        told.append((line["_type"], line.get("requestId") or line.get("executionId") or of_error))
    return told


class SessionLogTest(unittest.TestCase):
    def setUp(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="strobe-session-log-")
        self.addCleanup(self._temporary.cleanup)
        self.folder = Path(self._temporary.name)
        self.store = self.folder / "strobe.db"
        self.logs = self.folder / "logs"

    def serve(self, *options: str) -> Served:
        return Served(PROGRAM, self.store, ["--grpc", "off", "--session-log", str(self.logs), *options])

    def wait_for(self, what: str, number: int) -> list[dict[str, object]]:
        deadline = time.monotonic() + _WAIT_SECONDS_MAX
        while True:
            lines = _lines(self.logs) if self.logs.exists() else []
            if sum(line["_type"] == what for line in lines) >= number:
                return lines
            if time.monotonic() > deadline:
                self.fail(f"no {number} {what} in {_told(lines)}")
            time.sleep(0.05)

    def send(self, served: Served, *spans: dict[str, object]) -> None:
        self.assertEqual(served.record(list(spans)).status, 200)

    def test_every_span_is_told_once_over_kill_and_restart(self) -> None:
        named = {"gen_ai__conversation__id": "kill-me"}
        with self.serve() as served:
            self.send(served, call_span(2, 1, 10, 20, **named), tool_span(3, 1, 20, 30, "x" * 20_000, **named))
            self.wait_for("tool.execution", 1)
            self.send(served, call_span(4, 1, 30, 40, **named))  # perhaps written, perhaps not
            served._child.kill()
        (file,) = self.logs.iterdir()
        with file.open("ab") as torn:
            torn.write(b'{"_type":"llm.request","requestId":"00000000000000')
        with self.serve() as served:
            self.send(served, call_span(4, 1, 30, 40, **named), call_span(6, 5, 50, 60, **named), call_span(7, 1, 80, 90, **named))
            self.send(served, agent_span(5, 1, 45, 70, "helper", "kill-me"), agent_span(1, 0, 0, 100, "main", "kill-me"))
            self.wait_for("session.end", 1)
        lines = _lines(self.logs)
        told = _told(lines)
        self.assertEqual(len(told), len(set(told)), told)
        expected = {("session.start", None), ("session.end", None), ("tool.execution", f"{3:016x}")}
        for number in (2, 4, 6, 7):
            expected |= {(kind, f"{number:016x}") for kind in ("llm.request", "llm.response", "llm.thinking")}
        self.assertEqual(set(told), expected)
        helpers = {line["requestId"] for line in lines if str(line.get("subagentId", "")).startswith("helper-2-")}
        self.assertEqual(helpers, {f"{6:016x}"})
        self.assertTrue(all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(line["_ts"])) for line in lines))
        tool = next(line for line in lines if line["_type"] == "tool.execution")
        self.assertTrue(str(tool["outputPreview"]).endswith("... [cut: 20000 bytes in all]"))
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assert_reads_back(file)

    def assert_reads_back(self, file: Path) -> None:
        """The file means the same as the store."""
        told = self.show("last")
        read = self.show(str(file))
        for name in ("steps", "llm_calls", "tool_calls", "errors", "status", "usage", "key"):
            self.assertEqual(read[name], told[name], name)
        # A trace file names no main agent, and has the task in place of the messages.
        (run,) = self.ask("compare", "last", str(file), "--ignore", "/steps/*/agent,/steps/*/messages")["runs"]
        self.assertTrue(run["structure"]["same"], run["structure"])
        self.assertEqual(run["structure"]["matched_steps"], told["steps"])

    def ask(self, *question: str) -> dict:
        command = [PROGRAM, "--store", str(self.store), *question, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def show(self, name: str) -> dict:
        return self.ask("show", name)["session"]

    def test_a_session_that_is_named_late_has_one_file(self) -> None:
        for is_restarted in (False, True):
            with self.subTest(is_restarted=is_restarted), tempfile.TemporaryDirectory() as folder:
                self.store, self.logs = Path(folder) / "strobe.db", Path(folder) / "logs"
                with self.serve() as served:
                    self.send(served, call_span(2, 1, 10, 20))
                    self.wait_for("llm.response", 1)
                    if not is_restarted:
                        self.send(served, agent_span(1, 0, 0, 100, "main", "late"))
                        self.wait_for("session.end", 1)
                if is_restarted:
                    with self.serve() as served:
                        self.send(served, agent_span(1, 0, 0, 100, "main", "late"))
                        self.wait_for("session.end", 1)
                (file,) = self.logs.iterdir()
                self.assertRegex(file.name, r"^trace-late-\d+\.jsonl$")
                told = _told(_lines(self.logs))
                self.assertEqual(len(told), len(set(told)), told)

    def test_questions_are_answered_while_the_session_is_still_received(self) -> None:
        with self.serve() as served:
            self.send(served, call_span(2, 1, 10, 20), tool_span(3, 1, 30, 40, "mended"), call_span(4, 1, 50, 60))
            self.wait_for("llm.response", 2)  # and no root yet
            told = self.show("last")
            self.assertEqual((told["status"], told["llm_calls"], told["tool_calls"]), ("running", 2, 1))
            self.assertEqual(self.ask("analyze", "last")["session"]["llm_calls"], 2)
            self.send(served, agent_span(1, 0, 0, 100, "main", "received"))
            self.wait_for("session.end", 1)
            self.assertEqual(self.show("last")["status"], "ok")

    def test_a_folder_that_vanishes_or_refuses_harms_nothing(self) -> None:
        self.logs.write_text("in the way")
        with self.serve() as served:
            self.send(served, call_span(2, 1, 10, 20), agent_span(1, 0, 0, 100, "main", "blocked"))
            time.sleep(1)
            self.assertEqual(served.get("/healthz").status, 200)
            self.logs.unlink()
            lines = self.wait_for("session.end", 1)
            for file in self.logs.iterdir():
                file.unlink()
            self.logs.rmdir()
            self.send(served, call_span(8, 1, 110, 120))
            again = self.wait_for("session.end", 1)
        self.assertEqual(sum(line["_type"] == "llm.request" for line in lines), 1)
        self.assertEqual(sum(line["_type"] == "llm.request" for line in again), 2)

    def test_what_is_in_the_way_is_left_alone(self) -> None:
        self.logs.mkdir()
        theirs = self.logs / "trace-theirs-1.jsonl"
        text = '{"_type":"session.start","_ts":"2026-01-30T12:00:00.000Z"}\n{"_type":"llm.re'
        theirs.write_text(text)
        with self.serve() as served:
            self.send(served, call_span(2, 1, 10, 20), agent_span(1, 0, 0, 100, "main", "theirs"))
            time.sleep(1)
            self.assertEqual(served.get("/healthz").status, 200)
        self.assertEqual(theirs.read_text(), text)
        self.store = self.folder / "other.db"
        with self.serve("--session-log-format", "copilot") as served:
            helper = (call_span(6, 5, 50, 60), agent_span(5, 1, 45, 70, "helper", "looped"))
            self.send(served, *helper, agent_span(1, 0, 0, 100, "main", "looped"))
            self.wait_for_copilot("subagent", 1)
            folder = self.logs / "debug-logs" / "looped"
            folder.rename(folder.with_name("moved"))
            folder.symlink_to("looped")
            self.send(served, call_span(7, 5, 62, 68))
            time.sleep(1)
            self.assertEqual(served.get("/healthz").status, 200)
            folder.unlink()
            self.wait_for_copilot("llm_request", 3)
        logs = _copilot_lines(self.logs)
        self.assertEqual({line["spanId"] for lines in logs.values() for line in lines if line["type"] == "llm_request"},
                         {f"{6:016x}", f"{7:016x}"})  # fmt: skip

    def test_hostile_names_stay_in_the_folder_and_content_may_be_off(self) -> None:
        self.store.touch()
        self.store.unlink()
        key = "../../" + "x" * 3000 + "/\u202e\n"
        with self.serve("--session-log-content", "off") as served:
            self.send(served, call_span(2, 1, 10, 20, "a secret"), agent_span(1, 0, 0, 100, "main", key))
            self.wait_for("session.end", 1)
        self.assertEqual({path.name for path in self.folder.iterdir()} - {"logs"},
                         {path.name for path in self.folder.glob("strobe.db*")})  # fmt: skip
        (file,) = self.logs.iterdir()
        self.assertLess(len(file.name), 150)
        self.assertNotIn("secret", file.read_text())
        self.assertNotIn("thought", file.read_text())

    def test_otlp_lines_can_be_imported_again(self) -> None:
        with self.serve("--session-log-format", "otlp") as served:
            self.send(served, call_span(2, 1, 10, 20), tool_span(3, 1, 20, 30, "ok"))
            self.send(served, agent_span(1, 0, 0, 100, "main", "otlp"))
            deadline = time.monotonic() + _WAIT_SECONDS_MAX
            while not self.logs.exists() or len(_lines(self.logs)) < 3:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
        lines = _lines(self.logs)
        spans = [line["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["spanId"] for line in lines]  # type: ignore[index]
        self.assertEqual(sorted(spans), [f"{number:016x}" for number in (1, 2, 3)])
        (file,) = self.logs.iterdir()
        self.assert_reads_back(file)

    def wait_for_copilot(self, kind: str, number: int) -> dict[str, list[dict[str, object]]]:
        deadline = time.monotonic() + _WAIT_SECONDS_MAX
        while True:
            logs = _copilot_lines(self.logs)
            kinds = [line["type"] for lines in logs.values() for line in lines]
            if kinds.count(kind) >= number:
                return logs
            if time.monotonic() > deadline:
                self.fail(f"no {number} {kind} in {kinds}")
            time.sleep(0.05)

    def test_copilot_logs_tell_every_span_once_over_kill_and_restart(self) -> None:
        named = {"gen_ai__conversation__id": "kill-me"}
        system = {"gen_ai__system_instructions": json.dumps([{"type": "text", "content": "be brief"}])}
        copilot = ("--session-log-format", "copilot")
        with self.serve(*copilot) as served:
            self.send(served, call_span(2, 1, 10, 20, **named, **system), tool_span(3, 1, 20, 30, "x" * 20_000, **named))
            self.send(served, call_span(6, 5, 50, 60, "help me", **named), agent_span(5, 1, 45, 70, "helper", "kill-me"))
            self.wait_for_copilot("subagent", 1)
            self.send(served, call_span(4, 1, 30, 40, **named))  # perhaps written, perhaps not
            served._child.kill()
        (folder,) = (self.logs / "debug-logs").iterdir()
        self.assertEqual(folder.name, "kill-me")
        for log in folder.glob("*.jsonl"):
            with log.open("ab") as torn:
                torn.write(b'{"ts":1,"type":"llm_request","spanId":"00000000000000')
        with self.serve(*copilot) as served:
            self.send(served, call_span(4, 1, 30, 40, **named), call_span(7, 5, 62, 68, "help me", **named))
            self.send(served, call_span(8, 1, 80, 90, **named, **system), agent_span(1, 0, 0, 100, "main", "kill-me"))
            self.wait_for_copilot("turn_end", 5)
        child = f"runSubagent-helper-{5:016x}-{TRACE}.jsonl"
        logs = {name: lines for name, lines in _copilot_lines(self.logs).items() if name.startswith("kill-me/")}
        self.assertEqual(set(logs), {"kill-me/main.jsonl", f"kill-me/{child}"})
        main, helper = logs["kill-me/main.jsonl"], logs[f"kill-me/{child}"]
        told = [(line["type"], line["spanId"]) for line in main + helper]
        self.assertEqual(len(told), len(set(told)), told)
        calls = {log: {line["spanId"] for line in lines if line["type"] == "llm_request"} for log, lines in logs.items()}
        self.assertEqual(calls["kill-me/main.jsonl"], {f"{number:016x}" for number in (2, 4, 8)})
        self.assertEqual(calls[f"kill-me/{child}"], {f"{number:016x}" for number in (6, 7)})
        self.assert_copilot_form(folder, main, helper, child)

    def assert_copilot_form(self, folder: Path, main: list[dict], helper: list[dict], child: str) -> None:
        for line in main + helper:
            self.assertLessEqual({"ts", "dur", "sid", "type", "name", "spanId", "status", "attrs"}, set(line), line)
            self.assertIsInstance(line["ts"], int)
            self.assertIn(line["status"], ("ok", "error"))
        self.assertEqual((main[0]["type"], main[0]["v"], main[0]["sid"]), ("session_start", 1, "kill-me"))
        self.assertEqual((helper[0]["type"], helper[0]["attrs"]["parentSessionId"]), ("session_start", "kill-me"))

        def attrs(lines: list[dict], kind: str) -> list[dict]:
            return [line["attrs"] for line in lines if line["type"] == kind]

        self.assertEqual(attrs(main, "user_message"), [{"content": "mend it"}])
        self.assertEqual(attrs(helper, "user_message"), [{"content": "help me"}])
        self.assertEqual([one["turnId"] for one in attrs(main, "turn_end")], ["0", "1", "2"])
        (tool,) = attrs(main, "tool_call")
        self.assertEqual(tool["args"], '{"path":"a.ts"}')
        self.assertTrue(tool["result"].endswith("... [cut: 20000 bytes in all][truncated]"))
        (reference,) = attrs(main, "child_session_ref")
        self.assertEqual(reference["childLogFile"], child)
        self.assertEqual(attrs(main, "subagent")[0]["agentName"], "helper")
        request = attrs(main, "llm_request")[0]
        self.assertEqual((request["model"], request["inputTokens"], request["outputTokens"]), ("gpt-4o", 1000, 50))
        self.assertEqual(json.loads(request["inputMessages"])[0]["parts"], [{"type": "text", "content": "mend it"}])
        prompts = {one.get("systemPromptFile", "") for one in attrs(main, "llm_request")}
        self.assertEqual(prompts, {"system_prompt_0.json", ""})
        self.assertEqual(json.loads((folder / "system_prompt_0.json").read_text()), {"content": "be brief"})
        self.assertEqual(json.loads((folder / "models.json").read_text())[0]["id"], "gpt-4o")
        self.assertTrue(attrs(main, "agent_response")[0]["reasoning"].endswith("a thought"))
        for file in folder.iterdir():
            self.assertEqual(file.stat().st_mode & 0o777, 0o600, file)

    def test_copilot_logs_are_limited_and_removed_whole(self) -> None:
        limits = ("--session-log-content", "off", "--session-log-keep", "1")
        with self.serve("--session-log-format", "copilot", *limits) as served:
            for number in (1, 2):
                call = call_span(100 + number, number, number, number + 1, "a secret")
                span = agent_span(number, 0, number, number + 1, "main", f"../kept-{number}")
                for one in (call, span):
                    one["traceId"] = f"{number:032x}"
                self.send(served, call, span)
                deadline = time.monotonic() + _WAIT_SECONDS_MAX
                while not any(f"kept-{number}" in log for log in _copilot_lines(self.logs)):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
            time.sleep(1)
        (folder,) = (self.logs / "debug-logs").iterdir()
        self.assertRegex(folder.name, r"^.._kept-2-[0-9a-f]{8}$")
        for file in folder.iterdir():
            self.assertNotIn("secret", file.read_text())
            self.assertNotIn("thought", file.read_text())

    def test_only_the_newest_are_kept(self) -> None:
        with self.serve("--session-log-keep", "2") as served:
            for number in range(1, 5):
                trace = f"{number:032x}"
                span = agent_span(number, 0, number, number + 1, "main", f"kept-{number}")
                call = call_span(100 + number, number, number, number + 1)
                for one in (span, call):
                    one["traceId"] = trace
                self.send(served, call, span)
                deadline = time.monotonic() + _WAIT_SECONDS_MAX
                while not any("session.end" in file.read_text() for file in self.logs.glob(f"trace-kept-{number}-*")):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
        kept = {"trace-kept-3", "trace-kept-4"}
        self.assertEqual({file.name.rpartition("-")[0] for file in self.logs.iterdir()}, kept)
        with self.serve("--session-log-keep", "2"):
            time.sleep(1)
        self.assertEqual({file.name.rpartition("-")[0] for file in self.logs.iterdir()}, kept)

    def test_run_waits_for_its_log(self) -> None:
        script = self.folder / "agent.py"
        script.write_text(
            "import json, os, sys, urllib.request\n"
            "pairs = [pair.split('=') for pair in os.environ['OTEL_RESOURCE_ATTRIBUTES'].split(',')]\n"
            "attributes = [{'key': key, 'value': {'stringValue': value}} for key, value in pairs]\n"
            "body = json.load(open(sys.argv[1]))\n"
            "body['resourceSpans'][0]['resource'] = {'attributes': attributes}\n"
            "body = json.dumps(body).encode()\n"
            "request = urllib.request.Request(os.environ['OTEL_EXPORTER_OTLP_ENDPOINT'] + '/v1/traces', data=body,\n"
            "                                 headers={'Content-Type': 'application/json'})\n"
            "urllib.request.urlopen(request).read()\n"
        )
        spans = [call_span(2, 1, 10, 20), tool_span(3, 1, 20, 30, "ok"), agent_span(1, 0, 0, 100, "main", "of-a-run")]
        body = self.folder / "spans.json"
        body.write_text(json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}))
        for is_served in (False, True):
            with self.subTest(is_served=is_served):
                logs = self.folder / f"logs-{is_served}"
                store = self.folder / f"run-{is_served}.db"
                command = [PROGRAM, "--store", str(store), "run", "--session-log", str(logs), "--", sys.executable,
                           str(script), str(body)]  # fmt: skip
                if is_served:
                    with Served(PROGRAM, store, ["--grpc", "off"]):
                        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
                else:
                    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("session logs in", done.stderr)
                kinds = [line["_type"] for line in _lines(logs)]
                self.assertEqual(kinds.count("session.start"), 1, kinds)
                self.assertEqual(kinds.count("session.end"), 1, kinds)
                self.assertEqual(kinds.count("tool.execution"), 1, kinds)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    signal.alarm(240)
    unittest.main()

#!/usr/bin/env python3
"""What the program does on a terminal: colours, and a line of progress that leaves nothing behind.

    tests/terminal/terminal_test.py STROBE
"""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

STROBE = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
SECONDS_MAX = 60
COLOUR = b"\x1b["
ERASE = b"\r\x1b[K"


def one_session(spans=1):
    """OTLP/JSON, one failed call to a model a line."""
    for number in range(spans):
        yield json.dumps({"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {"name": "test"}, "spans": [{
            "traceId": f"{number // 10 + 1:032x}", "spanId": f"{number + 1:016x}", "name": "chat m", "kind": 3,
            "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000001000000000", "status": {"code": 2},
            "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
                           {"key": "gen_ai.request.model", "value": {"stringValue": "m"}}]}]}]}]}) + "\n"


class Terminal:
    """A child on a pseudo terminal; what it writes to `streams` (1, 2) is kept, the other goes to /dev/null."""

    def __init__(self, arguments, environment, streams, stdin=subprocess.DEVNULL):
        self.controller, terminal = pty.openpty()
        where = {stream: terminal if stream in streams else subprocess.DEVNULL for stream in (1, 2)}
        self.child = subprocess.Popen([STROBE, *arguments], env=environment, stdin=stdin, stdout=where[1], stderr=where[2])
        os.close(terminal)
        self.written = b""

    def read(self, until=None):
        """Reads until the text appears, or the child has ended."""
        deadline = time.monotonic() + SECONDS_MAX
        while until is None or until not in self.written:
            if time.monotonic() > deadline:
                self.child.kill()
                raise AssertionError(f"nothing more within {SECONDS_MAX} s: {self.written!r}")
            if not select.select([self.controller], [], [], 0.2)[0]:
                continue
            try:
                piece = os.read(self.controller, 65536)
                deadline = time.monotonic() + SECONDS_MAX
            except OSError:  # Linux says so when the other side is closed
                break
            if not piece:
                break
            self.written += piece
        return self.written

    def end(self):
        self.read()
        os.close(self.controller)
        return self.child.wait(timeout=SECONDS_MAX)


class TerminalTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="strobe-terminal-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder.name, "TERM": "xterm", "STROBE_STORE": f"{folder.name}/s.db"}
        file = self.folder / "one.json"
        file.write_text("".join(one_session()))
        subprocess.run([STROBE, "import", file], env=self.environment, check=True, stderr=subprocess.DEVNULL)

    def shown(self, *arguments, **environment):
        terminal = Terminal(["show", "last", *arguments], self.environment | environment, {1})
        text = terminal.read()
        self.assertEqual(terminal.end(), 0, text)
        self.assertIn(b"error", text)
        return text

    def test_a_terminal_gets_colours(self):
        self.assertIn(COLOUR, self.shown())

    def test_no_color_is_obeyed_when_it_is_not_empty(self):
        self.assertNotIn(COLOUR, self.shown(NO_COLOR="1"))
        self.assertIn(COLOUR, self.shown(NO_COLOR=""))

    def test_the_flag_the_variable_and_the_file_decide(self):
        self.assertNotIn(COLOUR, self.shown("--no-color"))
        self.assertNotIn(COLOUR, self.shown(STROBE_COLOR="never"))
        self.assertNotIn(COLOUR, self.shown(TERM="dumb"))
        (self.folder / "config.toml").write_text('color = "never"\n')
        self.assertNotIn(COLOUR, self.shown(STROBE_CONFIG=f"{self.folder}/config.toml"))

    def test_a_misspelt_setting_is_an_error_that_names_its_line(self):
        (self.folder / "config.toml").write_text('color = "never"\nlistne = "x"\n')
        done = subprocess.run([STROBE, "config"], env=self.environment | {"STROBE_CONFIG": f"{self.folder}/config.toml"},
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, f"strobe: {self.folder}/config.toml:2: there is no setting 'listne'\n"
                                      "hint: did you mean 'listen'?\n")

    def test_env_is_safe_to_evaluate(self):
        """Whatever the variables hold, and wherever the store is, a shell gets the values and runs nothing."""
        hostile = "it's $(touch ran) `touch ran`\n; touch ran"
        environment = self.environment | {"OTEL_LOG_USER_PROMPTS": hostile, "STROBE_STORE": f"{self.folder}/a\ntouch ran"}
        shell = f'eval "$("{STROBE}" env)" && printf "%s|" "$OTEL_LOG_USER_PROMPTS" "$OTEL_EXPORTER_OTLP_ENDPOINT"'
        done = subprocess.run(["sh", "-c", shell], env=environment, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((done.stdout, done.stderr), (f"{hostile}|http://127.0.0.1:4318|", ""))
        self.assertFalse((self.folder / "ran").exists())

    def test_the_arguments_of_codex_can_be_pasted(self):
        text = subprocess.run([STROBE, "env", "--for", "codex"], env=self.environment, check=True, capture_output=True, text=True).stdout
        (line,) = [line for line in text.splitlines() if line.startswith("#   codex ")]
        words = subprocess.run(["sh", "-c", f"printf '%s\\n' {line[4:]}"], check=True, capture_output=True, text=True).stdout.splitlines()
        asked = json.loads(subprocess.run([STROBE, "--json", "env", "--for", "codex"], env=self.environment, check=True,
                                          capture_output=True).stdout)
        self.assertEqual(words, ["codex", *asked["arguments"]])
        self.assertIn('otel.exporter={otlp-http={endpoint="http://127.0.0.1:4318/v1/logs",protocol="binary"}}', words)

    def test_a_pipe_gets_none_unless_asked_for(self):
        def piped(**environment):
            return subprocess.run([STROBE, "show", "last"], env=self.environment | environment, check=True, capture_output=True).stdout

        self.assertNotIn(COLOUR, piped())
        self.assertIn(COLOUR, piped(STROBE_COLOR="always"))

    def test_progress_is_drawn_and_erased(self):
        many = self.folder / "many.json"
        many.write_text("".join(one_session(60_000)))
        terminal = Terminal(["import", str(many)], self.environment, {2})
        written = terminal.read()
        self.assertEqual(terminal.end(), 0)
        self.assertIn(b"importing: spans", written)
        drawn, _, after = written.rpartition(ERASE)
        self.assertIn(b"importing", drawn)
        self.assertEqual(after, b"imported 60,000 spans, 0 log records, 0 metric points\r\n")
        self.assertLessEqual(written.count(ERASE), 200)

    def test_no_progress_where_nobody_watches(self):
        many = self.folder / "many.json"
        many.write_text("".join(one_session(20_000)))
        terminal = Terminal(["import", "--json", str(many)], self.environment, {2})
        self.assertNotIn(ERASE, terminal.read())
        self.assertEqual(terminal.end(), 0)
        done = subprocess.run([STROBE, "import", many], env=self.environment, check=True, capture_output=True)
        self.assertNotIn(b"\x1b", done.stderr)

    def test_an_interrupt_ends_long_work_cleanly(self):
        many = self.folder / "many.json"
        many.write_text("".join(one_session(100_000)))
        terminal = Terminal(["import", str(many)], self.environment, {2})
        terminal.read(until=b"importing: spans")
        terminal.child.send_signal(signal.SIGINT)
        self.assertEqual(terminal.end(), 130)
        self.assertIn(b"interrupted", terminal.written)
        count = subprocess.run([STROBE, "sql", "--json", "SELECT count(*) n FROM spans"], env=self.environment, check=True,
                               capture_output=True).stdout
        stored = int(json.loads(count)[0]["n"])
        self.assertTrue(0 < stored < 100_000, stored)


if __name__ == "__main__":
    unittest.main()

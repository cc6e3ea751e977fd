#!/usr/bin/env python3
"""Shows that the runner of the documentation's examples can fail."""

import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import examples


class MatchTest(unittest.TestCase):
    def test_lines_must_be_the_same_but_for_the_dots(self):
        self.assertTrue(examples.matches(["a ... c", "..."], ["a b c", "d", "e"]))
        self.assertTrue(examples.matches(["...", "z"], ["a", "b", "z"]))
        self.assertFalse(examples.matches(["a"], ["a", "b"]))
        self.assertFalse(examples.matches(["a", "b"], ["a"]))
        self.assertFalse(examples.matches(["a.c"], ["abc"]))
        self.assertFalse(examples.matches(["...", "z"], ["a", "b"]))


ECHO = '#!/bin/sh\necho "$1 at $(basename $STROBE_STORE)"\n'

# Answers every request with its path, and writes down where it listens.
SERVER = f"""#!{sys.executable}
import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{{self.headers['Host']}} has {{self.path}}".encode())

    def log_message(self, *_):
        pass

if sys.argv[1] == "serve":
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    open(ADDRESS_FILE, "w").write(str(server.server_port))
    print(f"listening on http://127.0.0.1:{{server.server_port}} (all)", flush=True)
    server.serve_forever()
"""


class RunnerTest(unittest.TestCase):
    def run_page(self, text, source=ECHO):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "README.md").write_text(text)
            program = Path(folder, "program")
            program.write_text(source)
            program.chmod(0o755)
            done = subprocess.run([sys.executable, HERE / "examples.py", "--strobe", program, "--root", folder],
                                  capture_output=True, text=True)
            return done.returncode, done.stdout

    def test_a_true_page_passes(self):
        code, output = self.run_page("```console\n$ strobe show\nshow at ...db\n$ false  # exit 1\n```\n")
        self.assertEqual(0, code, output)

    def test_other_output_fails(self):
        code, output = self.run_page("```console\n$ strobe show\nshow at the seaside\n```\n")
        self.assertEqual(1, code, output)
        self.assertIn("but the page says", output)

    def test_another_exit_code_fails(self):
        code, output = self.run_page("```console\n$ false\n```\n")
        self.assertEqual(1, code, output)

    def test_missing_output_fails(self):
        code, output = self.run_page("```console\n$ strobe show\n```\n")
        self.assertEqual(1, code, output)

    def test_pages_without_examples_do_not_pass_for_tested(self):
        self.assertEqual(1, self.run_page("nothing\n")[0])
        self.assertEqual(1, self.run_page("<!-- not run: no reason -->\n```console\n$ false\n```\n")[0])

    def test_a_command_outside_of_console_blocks_fails(self):
        true = "```console\n$ true\n```\n"
        for stray in ("    $ strobe show\n", "```\n$ strobe show\n```\n", "- so:\n  ```console\n  $ strobe show\n  ```\n"):
            code, output = self.run_page(true + "\n" + stray)
            self.assertEqual(1, code, output)
            self.assertIn("nobody runs it", output)
        self.assertEqual(0, self.run_page(true + "\n    strobe show ID\n\nIt is `$ 5`, from `$HOME`.\n")[0])
        self.assertEqual(0, self.run_page(true + "\n<!-- not run: it is dear -->\n```console\n$ strobe show\n```\n")[0])

    def test_a_page_has_a_server_until_it_is_done(self):
        with tempfile.TemporaryDirectory() as folder:
            port = Path(folder, "port")
            source = SERVER.replace("ADDRESS_FILE", repr(str(port)))
            page = "<!-- examples: serve -->\n```console\n$ curl 'http://127.0.0.1:4318/api'\n{}\n```\n"
            code, output = self.run_page(page.format("127.0.0.1:4318 has /api"), source)
            self.assertEqual(0, code, output)
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", int(port.read_text())))
            self.assertEqual(1, self.run_page(page.format("127.0.0.1:4318 has /other"), source)[0])

    def test_a_page_may_have_an_agent_beside_recordings(self):
        page = examples.Page("README.md", "<!-- examples: agent hasty -->\n<!-- examples: import mender.json -->\n")
        self.assertEqual([("agent", "hasty"), ("import", "mender.json")], page.settings)

    def test_a_server_that_does_not_start_fails(self):
        code, output = self.run_page("<!-- examples: serve -->\n```console\n$ true\n```\n", "#!/bin/sh\necho no port left\n")
        self.assertEqual(1, code, output)
        self.assertIn("no port left", output)


if __name__ == "__main__":
    unittest.main(verbosity=1)

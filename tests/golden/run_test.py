#!/usr/bin/env python3
"""Shows that the golden runner can fail, with a program that is no strobe at all."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

import run

# Remembers what was imported in the file given as store; `list` prints it, `age` something volatile, `fail` fails.
PROGRAM = """#!/bin/sh
store=$2; shift 2
case $1 in
  import) shift; for name; do cat "$name" >>"$store"; done; echo "imported $# into $store" >&2 ;;
  list) cat "$store" ;;
  age) echo "run 7f3a, 3 minutes ago, $HOME, $TZ $COLUMNS" ;;
  fail) echo "no such thing" >&2; exit 3 ;;
esac
"""

# The same, for all commands in one process.
ONE_PROCESS = """#!/usr/bin/env python3
import subprocess, sys
store, results = sys.argv[1:]
words = sys.stdin.read().split("\\0")[:-1]
number = 0
while words:
    count = int(words.pop(0))
    done = subprocess.run([PROGRAM, "--store", "kept" if store.startswith(":memory:") else store, *words[:count]],
                          capture_output=True)
    del words[:count]
    for suffix, text in (("out", done.stdout), ("err", done.stderr.replace(b"kept", store.encode())),
                         ("code", str(done.returncode).encode())):
        with open(f"{results}/{number}.{suffix}", "wb") as file:
            file.write(text)
    number += 1
"""

EXPECTED = """$ strobe import input.txt
stderr: imported 1 into <TMP>/store.db

$ strobe list
one
two

$ strobe fail 'a b'
stderr: no such thing
exit code 3

"""


class GoldenRunnerTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.cases = Path(scratch.name, "cases")
        self.cases.mkdir()
        self.program = Path(scratch.name, "program")
        self.program.write_text(PROGRAM)
        self.program.chmod(0o755)
        self.one_process = Path(scratch.name, "one_process")
        self.one_process.write_text(ONE_PROCESS.replace("PROGRAM", repr(str(self.program))))
        self.one_process.chmod(0o755)

    def case(self, name="some", **files):
        content = {"input.txt": "one\ntwo\n", "commands": "# first\nstrobe list\nexit 3: fail 'a b'\n",
                   "expected.txt": EXPECTED} | {key.replace("__", "."): value for key, value in files.items()}
        (self.cases / name).mkdir()
        for path, text in content.items():
            if text is not None:
                (self.cases / name / path).write_text(text)

    def run_all(self, *wanted, accept="", mode="restart"):
        output = io.StringIO()
        program = self.program if mode == "restart" else self.one_process
        with mock.patch.dict(os.environ, {"ACCEPT": accept}), contextlib.redirect_stdout(output):
            code = run.main(["--mode", mode, str(program), *wanted], self.cases)
        return code, output.getvalue()

    def assert_fails(self, message, mode="restart"):
        code, output = self.run_all(mode=mode)
        self.assertEqual(1, code, output)
        self.assertIn(message, output)

    def test_a_good_case_passes(self):
        self.case()
        code, output = self.run_all()
        self.assertEqual(0, code, output)
        self.assertIn("1 cases passed, 0 failed", output)

    def test_other_output_fails_and_shows_the_difference(self):
        self.case(expected__txt=EXPECTED.replace("two", "three"))
        self.assert_fails("-three")

    def test_an_unexpected_exit_code_fails_even_when_accepting(self):
        self.case(commands="fail x\n")
        self.assert_fails("exit code 3, not 0")
        self.assertEqual(1, self.run_all(accept="1")[0])

    def test_success_where_failure_was_asked_for_fails(self):
        self.case(commands="exit 3: list\n")
        self.assert_fails("exit code 0, not 3")

    def test_nothing_is_skipped_in_silence(self):
        self.assert_fails("no case")
        self.case("without_expected", expected__txt=None)
        self.assert_fails("has no expected.txt")
        self.case("without_commands", commands=None)
        self.assert_fails("has no file commands")
        self.case("only_comments", commands="# list\n")
        self.assert_fails("holds no command")
        self.case("stray", notes__txt="x")
        self.assert_fails("no use for notes.txt")
        self.assertEqual(1, self.run_all("no_such_case")[0])

    def test_an_input_may_be_shared_by_several_cases(self):
        (self.cases.parent / "shared").mkdir()
        (self.cases.parent / "shared" / "input.txt").write_text("one\ntwo\n")
        self.case(input__txt=None, shared="input.txt\n")
        self.assertEqual(0, self.run_all()[0])
        self.case("missing", input__txt=None, shared="none.txt\n")
        self.assert_fails("none.txt")

    def test_each_mode_passes_and_fails(self):
        self.case()
        for mode in run.MODES:
            code, output = self.run_all(mode=mode)
            self.assertEqual(0, code, output)
            self.assertIn(f"golden ({mode}): 1 cases passed, 0 failed", output)
        self.case("other_output", expected__txt=EXPECTED.replace("two", "three"))
        self.case("other_code", commands="strobe list\nexit 4: fail 'a b'\n")
        for mode in run.MODES:
            self.assert_fails("-three", mode)
            self.assert_fails("exit code 3, not 4", mode)
            self.assert_fails("1 cases passed, 2 failed", mode)

    def test_a_process_that_dies_fails_and_other_modes_do_not_accept(self):
        self.case(expected__txt=EXPECTED.replace("two", "three"))
        self.assertEqual(1, self.run_all(accept="1", mode="file")[0])
        self.one_process.write_text("#!/bin/sh\nexit 7\n")
        self.assert_fails("ended with exit code 7", "memory")

    def test_a_case_may_leave_a_mode_out_with_a_reason_but_not_all_may(self):
        self.case()
        self.case("not_in_memory", only="restart file: it needs a real file\n")
        code, output = self.run_all(mode="memory")
        self.assertEqual(0, code, output)
        self.assertIn("left out not_in_memory: it needs a real file", output)
        self.assertIn("2 cases passed, 0 failed, 0 left out", self.run_all(mode="file")[1])
        self.assertEqual(1, self.run_all("not_in_memory", mode="memory")[0])
        self.case("no_reason", only="restart\n")
        self.assert_fails("the file only says")

    def test_accept_rewrites_and_then_passes(self):
        self.case(expected__txt=None)
        self.assertEqual(0, self.run_all(accept="1")[0])
        self.assertEqual(EXPECTED, (self.cases / "some" / "expected.txt").read_text())
        self.assertEqual(0, self.run_all()[0])

    def test_volatile_parts_are_holes_and_the_environment_is_fixed(self):
        self.case(input__txt=None, commands="age\n", holes="RUN \\b[0-9a-f]{4}(?=,)\n",
                  expected__txt="$ strobe age\nrun <RUN>, <AGO>, <TMP>/home, UTC 100\n\n")
        code, output = self.run_all()
        self.assertEqual(0, code, output)


if __name__ == "__main__":
    unittest.main(verbosity=1)

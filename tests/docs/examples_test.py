#!/usr/bin/env python3
"""Shows that the runner of the documentation's examples can fail."""

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


class RunnerTest(unittest.TestCase):
    def run_page(self, text):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "README.md").write_text(text)
            program = Path(folder, "program")
            program.write_text("#!/bin/sh\necho \"$1 at $(basename $STROBE_STORE)\"\n")
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


if __name__ == "__main__":
    unittest.main(verbosity=1)

#!/usr/bin/env python3
"""Shows that the crash test passes with a server that keeps its promise and fails with servers that do not."""

import os
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import crash


def run(mode, *arguments):
    done = subprocess.run([sys.executable, HERE / "crash.py", "--strobe", HERE / "fake_strobe.py", "--seed", "5", *arguments],
                          capture_output=True, text=True, timeout=90, env=os.environ | {"FAKE_STROBE": mode})
    return done.returncode, done.stdout + done.stderr


class CrashTest(unittest.TestCase):
    def test_a_server_that_keeps_its_promise_passes(self):
        code, output = run("honest", "--rounds", "2")
        self.assertEqual(0, code, output)
        self.assertRegex(output, r"(?m)^2 rounds, \d+ acknowledged spans, 0 lost, 0 twice$")

    def test_a_server_that_answers_before_it_stores_is_caught(self):
        code, output = run("loses", "--rounds", "3")
        self.assertEqual(1, code, output)
        self.assertRegex(output, r"[1-9]\d* lost")

    def test_a_server_that_stores_a_repeated_request_again_is_caught(self):
        code, output = run("doubles", "--rounds", "3")
        self.assertEqual(1, code, output)
        self.assertRegex(output, r"[1-9]\d* twice")

    def test_the_self_test_notices_planted_spans(self):
        code, output = run("honest", "--self-test")
        self.assertEqual(0, code, output)
        self.assertIn(": noticed", output)

    def test_a_server_that_does_not_start_is_no_success(self):
        done = subprocess.run([sys.executable, HERE / "crash.py", "--strobe", "/bin/false", "--rounds", "1"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stdout, "ended by itself|did not print its address")

    def test_the_verdict(self):
        good = crash.judge({"a"}, {"a", "b"}, Counter(["a", "b"]))
        self.assertTrue(good)
        self.assertEqual(["a"], crash.judge({"a"}, {"a"}, Counter()).lost)
        self.assertEqual(["a"], crash.judge({"a"}, {"a"}, Counter(["a", "a"])).twice)
        self.assertEqual(["c"], crash.judge(set(), {"a"}, Counter(["c"])).strange)


if __name__ == "__main__":
    unittest.main(verbosity=1)

#!/usr/bin/env python3
"""Shows that the fuzz runner can fail: run_test.py --replay|--search FUZZ_PLANTED, the target that has a bug."""

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

MODE, PROGRAM = sys.argv[1:]


class FuzzRunnerTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.kept = Path(scratch.name, "kept")

    def run_planted(self, *seeds):
        output = io.StringIO()
        environment = {"STROBE_FUZZ_CRASHES": str(self.kept), "STROBE_FUZZ_SECONDS": "20"}
        with mock.patch.dict(os.environ, environment), mock.patch.dict(run.SEEDS, {"planted": lambda: seeds}), \
                contextlib.redirect_stdout(output):
            code = run.main(["planted", MODE, PROGRAM])
        return code, output.getvalue()

    def assert_found(self, code, output):
        self.assertEqual(1, code, output)
        kept = [path.read_bytes() for path in self.kept.iterdir()]
        self.assertEqual([b"bug!"], kept, output)

    def test_a_crash_among_the_seeds_fails_and_is_kept(self):
        self.assert_found(*self.run_planted(b"fine", b"bug!"))

    @unittest.skipUnless(MODE == "--search", "needs libFuzzer")
    def test_a_crash_is_found_from_harmless_seeds(self):
        self.assert_found(*self.run_planted(b"abcd"))

    def test_no_seeds_is_no_success(self):
        self.assertEqual(1, self.run_planted()[0])

    @unittest.skipUnless(MODE == "--replay", "takes its time with libFuzzer")
    def test_harmless_seeds_pass(self):
        self.assertEqual(0, self.run_planted(b"abcd", b"bug")[0])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)

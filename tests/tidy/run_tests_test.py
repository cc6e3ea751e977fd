#!/usr/bin/env python3
"""Shows that scripts/run_tests ends what hangs, and leaves nothing behind that it began."""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/run_tests"
sys.dont_write_bytecode = True


def load():
    loader = importlib.machinery.SourceFileLoader("run_tests", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_tests", loader))
    sys.modules["run_tests"] = module
    loader.exec_module(module)
    return module


run_tests = load()


def is_running(process_id):
    """A zombie has ended: nobody here waits for what a killed process had started."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def wait_until(holds, what):
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class BegunPrograms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(run_tests.end_everything)
        self.note = Path(folder.name, "note")

    def grandchild(self):
        """The id of the process that the program of hanging() started."""
        wait_until(lambda: self.note.exists() and self.note.read_text().endswith("\n"), "it never began")
        return int(self.note.read_text())

    def hanging(self):
        return ("sh", "-c", f"echo half way; sleep 600 & echo $! > '{self.note}'; wait")

    def run_stages(self, *stages):
        tally = run_tests.Tally()
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            for stage in stages:
                stage.run(tally)
        return tally, said.getvalue()

    def test_what_ends_well_is_counted_and_heard(self):
        tally, said = self.run_stages(run_tests.Begin("good", ("echo", "all there")), run_tests.Await("good"))
        self.assertEqual((tally.passed, tally.failures), (1, []))
        self.assertIn("all there\n", said)

    def test_what_fails_is_counted(self):
        tally, _ = self.run_stages(run_tests.Begin("bad", ("false",)), run_tests.Await("bad"))
        self.assertEqual((tally.passed, tally.failures), (0, ["bad"]))

    def test_what_hangs_is_ended_with_all_it_began_and_has_failed(self):
        begin = run_tests.Begin("hangs", self.hanging())
        tally, _ = self.run_stages(begin)
        grandchild = self.grandchild()
        tally, said = self.run_stages(run_tests.Await("hangs", seconds_max=0.2))
        self.assertEqual((tally.passed, tally.failures), (0, ["hangs"]))
        self.assertIn("waiting for: hangs\nhalf way\n", said)
        wait_until(lambda: not is_running(grandchild), "what it started is still there")

    def test_a_run_that_is_told_to_end_leaves_nothing(self):
        # Where nobody listens to SIGINT, in the background of a shell, Python does not either.
        program = ("import signal, sys\n"
                   "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
                   f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
                   "import run_tests_test\n"
                   "run = run_tests_test.run_tests\n"
                   f"run.PLANS['check'] = (run.Begin('hangs', {self.hanging()!r}), run.Await('hangs'))\n"
                   "run.forget_reports = lambda: None\n"
                   "sys.argv = ['run_tests', 'check']\n"
                   "run.main()\n")
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number=number):
                self.note.unlink(missing_ok=True)
                process = subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)
                grandchild = self.grandchild()
                os.kill(process.pid, number)
                self.assertNotEqual(process.wait(timeout=30), 0)
                wait_until(lambda: not is_running(grandchild), "what it began is still there")


if __name__ == "__main__":
    unittest.main(verbosity=1)

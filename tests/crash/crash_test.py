#!/usr/bin/env python3
"""Shows that the crash test passes with a server that keeps its promises and fails with servers that do not."""

import os
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from actors import Import, Reader
from agent import LONG_AGO_NS, Agent
from ledger import Failure, Ledger, judge
from stored import Stored


def run(mode, *arguments, index_seconds_max="20"):
    environment = os.environ | {"FAKE_STROBE": mode, "STROBE_CRASH_INDEX_SECONDS": index_seconds_max}
    done = subprocess.run([sys.executable, HERE / "crash.py", "--strobe", HERE / "fake_strobe.py", "--seed", "5",
                           "--wires", "json", "--work", "ingest", "--clients", "3", *arguments],
                          capture_output=True, text=True, timeout=90, env=environment)
    return done.returncode, done.stdout + done.stderr


class CrashTest(unittest.TestCase):
    def check_caught(self, mode, expected, **limits):
        code, output = run(mode, "--rounds", "3", **limits)
        self.assertEqual(1, code, output)
        self.assertRegex(output, r"FAILED with seed 5: .*" + expected)

    def test_a_server_that_keeps_its_promises_passes(self):
        code, output = run("honest", "--rounds", "2")
        self.assertEqual(0, code, output)
        self.assertRegex(output, r"(?m)^2 rounds, \d+ acknowledged records, 0 lost, 0 twice$")

    def test_a_server_that_answers_before_it_stores_is_caught(self):
        self.check_caught("loses", r"[1-9]\d* lost")

    def test_a_server_that_loses_log_records_alone_is_caught(self):
        self.check_caught("loses_logs", r"[1-9]\d* lost.*'log \d+'")

    def test_a_server_that_stores_a_repeated_request_again_is_caught(self):
        self.check_caught("doubles", r"[1-9]\d* twice")

    def test_a_server_that_stores_metric_points_twice_is_caught(self):
        self.check_caught("doubles_points", r"[1-9]\d* twice.*'point \d+'")

    def test_a_context_with_another_byte_is_caught(self):
        self.check_caught("other_byte", r"contents of trace \w+: [1-9]\d* records with other bytes")

    def test_an_index_that_never_catches_up_is_caught(self):
        self.check_caught("index_stops", r"the text index does not catch up", index_seconds_max="1")

    def test_a_word_that_the_index_lost_is_caught(self):
        self.check_caught("forgets_a_word", r"text index: 1 of \d+ words are not found \['mark0x1'\]")

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
        good = judge({"a"}, {"a", "b"}, Counter(["a", "b"]))
        self.assertTrue(good)
        self.assertEqual(["a"], judge({"a"}, {"a"}, Counter()).lost)
        self.assertEqual(["a"], judge({"a"}, {"a"}, Counter(["a", "a"])).twice)
        self.assertEqual(["c"], judge(set(), {"a"}, Counter(["c"])).strange)


class ActorTest(unittest.TestCase):
    def test_an_ending_is_clean_or_a_failure(self):
        actor = Reader("reader", None, Ledger(), 1)
        self.assertEqual("strobe: database is locked", actor._reason(1, "strobe: database is locked\nhint: again\n"))
        for code, output in ((-11, ""), (134, "strobe: database is locked"), (1, ""), (1, "strobe: 3 bytes lost"),
                             (1, "terminate called after throwing")):
            with self.assertRaises(Failure, msg=f"{code} {output}"):
                actor._reason(code, output)

    def test_an_import_that_counts_wrong_is_noticed(self):
        with tempfile.TemporaryDirectory() as folder:
            actor = Import("import", Stored("", f"{folder}/store.db"), Ledger(), 1)
            actor.arguments()
            with self.assertRaisesRegex(Failure, "it said: imported 0 spans"):
                actor.ended(0, "imported 0 spans, 0 log records, 0 metric points")


class AgentTest(unittest.TestCase):
    def test_the_seed_says_all(self):
        self.assertEqual([Agent(7, 1).request().body for _ in range(3)], [Agent(7, 1).request().body for _ in range(3)])
        self.assertNotEqual(Agent(7, 1).request().body, Agent(8, 1).request().body)

    def test_a_word_of_a_log_record_is_promised_when_its_span_is_there_too(self):
        agent, ledger = Agent(1, 3), Ledger()
        turns = sorted((agent.request() for _ in range(9)), key=lambda request: request.signal)  # log records first
        told = {mark for request in turns for mark in request.told}
        for request in turns:
            if request.signal == "traces":
                break
            ledger.send(request)
            ledger.acknowledge(request)
        self.assertTrue(told)
        self.assertFalse(told & ledger.promises().marks)
        for request in turns:
            ledger.send(request)
            ledger.acknowledge(request)
        self.assertLessEqual(told, ledger.promises().marks)

    def test_agents_that_are_alike_share_texts_and_no_id(self):
        one, other = Agent(1, 3), Agent(1, 500, LONG_AGO_NS, likeness=3)
        mine, yours = [agent.request() for agent in (one, other) for _ in range(1)]
        self.assertFalse(mine.ids & yours.ids)
        self.assertFalse(mine.marks & yours.marks)


if __name__ == "__main__":
    unittest.main(verbosity=1)

#!/usr/bin/env python3
"""Kills `strobe prune` and `strobe doctor --renormalise --all` at random moments, again and again, and checks the
promise: the store is well, every session that is left exports what it did before, and the same command, run to its end,
finishes the work.

    tests/crash/upkeep.py --strobe build/bin/strobe --rounds 8 --seed 7
    tests/crash/upkeep.py --strobe build/bin/strobe --self-test    shows that a damaged store would be noticed
"""

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from agent import Agent
from ledger import Failure
from stored import Stored

AGENTS = 4
REQUESTS_PER_AGENT = 60
SESSIONS_KEPT = 3
PAGE_BYTES_MAX = 65536
KILLS_MIN = 3  # fewer, and the rounds showed nothing


class Store(Stored):
    def exports(self):
        """What each session exports, by its id."""
        return {session["id"]: self.run("export", session["id"]).stdout for session in self.json("sessions", "--limit", "0")}


def made(strobe, seed, folder):
    """A store with the sessions of a few agents. The seed says all of it."""
    lines = folder / "agents.jsonl"
    with lines.open("wb") as out:
        for number in range(AGENTS):
            agent = Agent(seed, number)
            for _ in range(REQUESTS_PER_AGENT):
                out.write(agent.request().body + b"\n")
    store = Store(strobe, folder / "store.db")
    store.run("import", str(lines))
    store.check_well()
    return store


def compare(before, after, all_of_them):
    """Sessions that are there must be what they were."""
    strange = sorted(after.keys() - before.keys())
    if strange:
        raise Failure(f"session {strange[0]} was not there before")
    changed = sorted(id for id, text in after.items() if text != before[id])
    if changed:
        raise Failure(f"{len(changed)} sessions export something else, first {changed[0]}")
    if all_of_them and len(after) != len(before):
        raise Failure(f"{len(before) - len(after)} sessions are gone")


def kill_after(store, arguments, seconds):
    """Starts a command and kills it. False when it was done before."""
    process = subprocess.Popen(store.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    _, errors = process.communicate()
    if process.returncode not in (0, -signal.SIGKILL):
        raise Failure(f"{' '.join(arguments)} ended with code {process.returncode}: {errors.decode(errors='replace')}")
    return process.returncode != 0


class Task:
    """A command that may be killed, and what must hold afterwards."""

    def __init__(self, name, arguments, keeps_all):
        self.name, self.arguments, self.keeps_all = name, arguments, keeps_all

    def seconds(self, store, folder):
        """How long it takes from beginning to end."""
        copy = store.copy(folder)
        start = time.monotonic()
        copy.run(*self.arguments)
        return time.monotonic() - start

    def check_done(self, store, before):
        after = store.exports()
        compare(before, after, self.keeps_all)
        if not self.keeps_all and len(after) != SESSIONS_KEPT:
            raise Failure(f"{len(after)} sessions are left, not {SESSIONS_KEPT}")

    def round(self, store, before, seconds, folder):
        """Killed, looked at, killed again, looked at closely, finished. The number of kills that hit."""
        work = store.copy(folder)
        kills = 0
        for moment in seconds:
            kills += kill_after(work, self.arguments, moment)
            work.check_well()
        compare(before, work.exports(), self.keeps_all)
        work.run(*self.arguments)
        work.check_well()
        self.check_done(work, before)
        return kills


TASKS = (Task("prune", ("prune", "--keep-sessions", str(SESSIONS_KEPT)), keeps_all=False),
         Task("renormalise", ("doctor", "--renormalise", "--all"), keeps_all=True))


def run(strobe, rounds, seed, folder):
    moments = random.Random(f"{seed}/moments")
    store = made(strobe, seed, folder)
    before = store.exports()
    if len(before) <= 2 * SESSIONS_KEPT:
        raise Failure(f"only {len(before)} sessions to begin with")
    for task in TASKS:
        whole = task.seconds(store, folder / f"{task.name}-timed")
        kills = 0
        for number in range(rounds):
            seconds = [moments.uniform(0.0, whole) for _ in range(2)]
            kills += task.round(store, before, seconds, folder / f"{task.name}-{number}")
        print(f"{task.name}: {len(before)} sessions, {whole * 1000:.0f} ms undisturbed, {rounds} rounds, {kills} killed, "
              "all well and finished", flush=True)
        if kills < min(KILLS_MIN, rounds):
            raise Failure(f"{task.name} was killed {kills} times only: it is done too soon for this test")


def self_test(strobe, seed, folder):
    """A session that exports something else, one that is gone, a row removed behind the store's back, a page of rubbish:
    each must be noticed, damage with exit code 1."""
    store = made(strobe, seed, folder)
    before = store.exports()
    noticed = 0
    first = next(iter(before))
    for changed in (before | {first: before[first] + " "}, {k: v for k, v in before.items() if k != first}):
        try:
            compare(before, changed, all_of_them=True)
        except Failure as failure:
            print(f"self-test: noticed: {failure}")
            noticed += 1
    row_gone, page_gone = store.copy(folder / "row-gone"), store.copy(folder / "page-gone")
    connection = sqlite3.connect(row_gone.path)
    connection.execute("DELETE FROM blob WHERE no = (SELECT max(no) / 2 FROM blob)")
    connection.commit()
    connection.close()
    with open(page_gone.path, "r+b") as file:
        file.seek(Path(page_gone.path).stat().st_size // 2 // PAGE_BYTES_MAX * PAGE_BYTES_MAX)
        file.write(b"Z" * PAGE_BYTES_MAX)
    for damaged in (row_gone, page_gone):
        try:
            damaged.check_well()
        except Failure as failure:
            print(f"self-test: noticed: {failure}")
            noticed += str(failure).startswith("doctor ended with code 1: ")
    return noticed == 4


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strobe", required=True)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="strobe-upkeep-") as folder:
        try:
            if options.self_test:
                return 0 if self_test(options.strobe, options.seed, Path(folder)) else 1
            run(options.strobe, options.rounds, options.seed, Path(folder))
        except (Failure, subprocess.TimeoutExpired) as failure:
            print(f"FAILED with seed {options.seed}: {failure}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Several processes at once on one store: two `strobe run` with agents, a server, an import, a prune and a reader, any of which
is killed at any moment. What was acknowledged, to an agent or by a summary, is there exactly once at the end, and whoever
does not get at the store says so clearly and ends.

    tests/crash/processes.py --strobe build/bin/strobe --seconds 60 --seed 7
    tests/crash/processes.py --strobe build/bin/strobe --self-test    shows that a lost record would be noticed"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from actors import Import, Prune, Reader, Run, Server
from agent import AGENTS_MAX, Agent
from ledger import Failure, Ledger, judge
from process import Process
from stored import Stored, check_file

BETWEEN_KILLS_SECONDS_MAX = 0.7
JOIN_SECONDS_MAX = 100
RUN_SPAN = "service = 'strobe'"  # what `strobe run` writes about itself
FIRST_AGENT = AGENTS_MAX - 1
KILLS_PER_SECOND_MIN = 0.5  # fewer, and it showed little


class Crowd:
    def __init__(self, strobe, seed, folder):
        self.seed, self.stored, self.ledger = seed, Stored(strobe, Path(folder) / "store.db"), Ledger()
        kinds = (("run 1", Run), ("run 2", Run), ("server", Server), ("import", Import), ("prune", Prune), ("reader", Reader))
        self.actors = [kind(name, self.stored, self.ledger, seed) for name, kind in kinds]
        self.kills = Counter()

    def check_actors(self):
        for actor in self.actors:
            if actor.problem:
                raise Failure(actor.problem)

    def _import_first(self):
        """There is a store to begin with."""
        request = Agent(self.seed, FIRST_AGENT, signals=("traces",)).request()
        path = Path(self.stored.path).parent / "first.jsonl"
        path.write_bytes(request.body + b"\n")
        self.ledger.send(request)
        self.stored.run("import", str(path))
        self.ledger.acknowledge(request)

    def _run_whose_server_dies(self):
        """It writes its record without it."""
        server = Process(self.stored.command("serve", "--listen", "127.0.0.1:0"))
        server.address()
        run = Process(self.stored.command("run", "--", "sh", "-c", f"kill -9 {server.id}"))
        if run.code() != 0 or self._runs() != 1:
            raise Failure(f"a run whose server was killed ended with code {run.code()} and {self._runs()} records:\n{run.output}")
        server.code()

    def _runs(self):
        return int(self.stored.json("sql", f"SELECT count(*) AS runs FROM spans WHERE {RUN_SPAN}")[0]["runs"])

    def work(self, seconds):
        self._import_first()
        self._run_whose_server_dies()
        moments = random.Random(f"{self.seed}/moments")
        for actor in self.actors:
            actor.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(moments.uniform(0.0, BETWEEN_KILLS_SECONDS_MAX))
            victim = moments.choice(self.actors)
            self.kills[victim.name] += victim.kill()
            self.check_actors()
        for actor in self.actors:
            actor.stop()
        for actor in self.actors:
            actor.join(JOIN_SECONDS_MAX)
            if actor.is_alive():
                raise Failure(f"{actor.name} does not end")
        self.check_actors()
        for actor in self.actors:
            if isinstance(actor, Run):
                actor.read_journals(JOIN_SECONDS_MAX)

    def examine(self):
        """(acknowledged, sent, found), when all else is as it should be."""
        promises = self.ledger.promises()
        check_file(self.stored.path)
        found = self.stored.found(f"NOT {RUN_SPAN}")
        judge(promises.acknowledged, promises.sent, found).demand()
        self.stored.run("prune", "--older-than", "3650d")
        self.stored.check_well()
        self.stored.check_contents(self.ledger, self.ledger.traces())
        self.stored.check_values(self.ledger.values(), promises.acknowledged)
        self.stored.catch_up()
        self.stored.check_index(promises)
        runs = self._runs() - 1  # the first one
        recorded = sum(actor.recorded for actor in self.actors if isinstance(actor, Run))
        started = sum(len(actor.journals) for actor in self.actors if isinstance(actor, Run))
        if not recorded <= runs <= started:
            raise Failure(f"{runs} runs are recorded; {recorded} said so, and {started} were started")
        return promises, found

    def summary(self, promises):
        for actor in self.actors:
            ways = ", ".join(f"{count} {way}" for way, count in actor.endings.most_common())
            print(f"{actor.name}: {ways}", flush=True)
        print(f"{sum(self.kills.values())} killed: " + ", ".join(f"{name} {count}" for name, count in self.kills.items()))
        print(f"{promises} acknowledged", flush=True)


def self_test(seed):
    """A record that was acknowledged and is not there, and one that is there twice."""
    ledger, request = Ledger(), Agent(seed, 1).request()
    ledger.send(request)
    ledger.acknowledge(request)
    promises, noticed = ledger.promises(), 0
    for found in (Counter(sorted(request.ids)[1:]), Counter(request.ids) + Counter(sorted(request.ids)[:1])):
        try:
            judge(promises.acknowledged, promises.sent, found).demand()
        except Failure as failure:
            print(f"self-test: noticed: {failure}")
            noticed += 1
    return noticed == 2


def run(strobe, seconds, seed):
    with tempfile.TemporaryDirectory(prefix="strobe-processes-", ignore_cleanup_errors=True) as folder:
        crowd = Crowd(strobe, seed, folder)
        try:
            crowd.work(seconds)
            promises, found = crowd.examine()
        finally:
            for actor in crowd.actors:
                actor.stop()
                actor.kill()
        crowd.summary(promises)
        kills = sum(crowd.kills.values())
        if kills < KILLS_PER_SECOND_MIN * seconds or not promises.acknowledged:
            raise Failure(f"{kills} kills and {len(promises.acknowledged)} acknowledged records show nothing")
        print(f"{seconds} seconds, {kills} kills, {len(promises.acknowledged)} acknowledged records, "
              f"{judge(promises.acknowledged, promises.sent, found)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strobe", required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    if options.self_test:
        return 0 if self_test(options.seed) else 1
    try:
        run(options.strobe, options.seconds, options.seed)
    except (Failure, subprocess.TimeoutExpired) as failure:
        print(f"FAILED with seed {options.seed}: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

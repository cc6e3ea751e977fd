#!/usr/bin/env python3
"""Kills `strobe serve` again and again while agents send spans, and checks the promise: every acknowledged span is in
the store exactly once, and the file is sound.

    tests/crash/crash.py --strobe build/bin/strobe --rounds 20 --seed 7
    tests/crash/crash.py --strobe build/bin/strobe --self-test    shows that a lost span would be noticed
"""

import argparse
import json
import random
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from load import Client, GrpcClient, Server

START_SECONDS_MAX = 20
STOP_SECONDS_MAX = 30
FIRST_ANSWER_SECONDS_MAX = 30
SQL_SECONDS_MAX = 120
TRACES_PER_QUERY = 200


class Failure(Exception):
    """The promise is broken, or the program does not do what the test needs."""


class Process:
    """One life of the server. What it prints is kept for the report of a failure."""

    def __init__(self, strobe, store, serve_arguments):
        self._process = subprocess.Popen([strobe, "--store", store, "serve", *serve_arguments], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self.output = []
        self._address = None
        self._seen = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self.output = (self.output + [line])[-50:]
            found = re.search(r"http://([\w.]+):(\d+)", line)
            if found and not self._address:
                self._address = (found.group(1), int(found.group(2)))
                self._seen.set()
        self._seen.set()

    def address(self):
        """(host, port) as soon as it is printed."""
        if not self._seen.wait(START_SECONDS_MAX) or not self._address:
            self.kill()
            raise Failure(f"the server did not print its address:\n{''.join(self.output)}")
        return self._address

    def kill(self):
        """kill -9. Fails when the server had already ended by itself."""
        early = self._process.poll()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        if early is not None:
            raise Failure(f"the server ended by itself with code {early}:\n{''.join(self.output)}")

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise Failure("the server did not stop on SIGTERM")
        if code not in (0, -signal.SIGTERM):
            raise Failure(f"the server stopped with code {code}:\n{''.join(self.output)}")


@dataclass
class Verdict:
    lost: list
    twice: list
    strange: list

    def __bool__(self):
        return not (self.lost or self.twice or self.strange)

    def __str__(self):
        return f"{len(self.lost)} lost, {len(self.twice)} twice" + (
            f", {len(self.strange)} that nobody sent" if self.strange else "")


def judge(acknowledged, sent, found):
    """`found` is a Counter of what the store holds. What was sent and not acknowledged may be there or not."""
    return Verdict(lost=sorted(acknowledged - found.keys()), twice=sorted(i for i, times in found.items() if times > 1),
                   strange=sorted(found.keys() - sent))


def query(strobe, store, sql):
    """Rows as dictionaries."""
    done = subprocess.run([strobe, "--store", store, "--json", "sql", sql], capture_output=True, text=True,
                          timeout=SQL_SECONDS_MAX)
    if done.returncode != 0:
        raise Failure(f"sql failed with code {done.returncode}: {done.stderr}{done.stdout[:500]}")
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise Failure(f"sql --json printed no JSON ({error}): {done.stdout[:500]}")


def stored_spans(strobe, store):
    """Counter of trace id + span id, asked in pieces so that no limit on rows cuts the answer."""
    found, last = Counter(), ""
    while True:
        rows = query(strobe, store, "SELECT trace_id, count(*) AS spans, group_concat(span_id) AS ids FROM spans "
                     f"WHERE trace_id > '{last}' GROUP BY trace_id ORDER BY trace_id LIMIT {TRACES_PER_QUERY}")
        for row in rows:
            ids = row["ids"].split(",")
            if len(ids) != int(row["spans"]):
                raise Failure(f"trace {row['trace_id']}: {row['spans']} spans but {len(ids)} ids")
            found.update(row["trace_id"] + span_id for span_id in ids)
        if len(rows) < TRACES_PER_QUERY:
            return found
        last = rows[-1]["trace_id"]


def check_file(store):
    """What SQLite itself says of the file. Read from a copy: nothing shall mend or lock the original."""
    connection = sqlite3.connect(f"file:{store}?mode=rw", uri=True)
    try:
        answer = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        raise Failure(f"integrity_check: {error}")
    finally:
        connection.close()
    if answer != ["ok"]:
        raise Failure(f"integrity_check: {'; '.join(answer[:10])}")


class Test:
    def __init__(self, strobe, seed, serve_arguments, clients, folder, transport):
        self.strobe, self.serve_arguments, self.folder = strobe, serve_arguments, Path(folder)
        self.store = str(self.folder / "store.db")
        self.moments = random.Random(f"{seed}/moments")
        self.server = Server()
        kinds = {"http": [Client], "grpc": [GrpcClient], "both": [Client, GrpcClient]}[transport]
        self.clients = [kinds[number % len(kinds)](self.server, seed, number) for number in range(clients)]

    def sent(self):
        """(acknowledged, sent) of all clients."""
        snapshots = [client.snapshot() for client in self.clients]
        return set().union(*(s[0] for s in snapshots)), set().union(*(s[1] for s in snapshots))

    def check_clients(self):
        for client in self.clients:
            if client.problem:
                raise Failure(client.problem)

    def examine(self):
        """The store as it lies on disk, while no server runs."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="copy-") as copy:
            for path in self.folder.glob("store.db*"):
                if path.is_file():
                    shutil.copy(path, copy)
            check_file(f"{copy}/store.db")
            found = stored_spans(self.strobe, f"{copy}/store.db")
        acknowledged, sent = self.sent()
        return acknowledged, sent, found

    def start(self):
        process = Process(self.strobe, self.store, self.serve_arguments)
        self.server.set(process.address())
        return process

    def wait_for_answers(self, before):
        """A kill that hits an idle server shows nothing."""
        deadline = time.monotonic() + FIRST_ANSWER_SECONDS_MAX
        while len(self.sent()[0]) <= before:
            self.check_clients()
            if time.monotonic() > deadline:
                raise Failure("nothing was acknowledged")
            time.sleep(0.01)

    def round(self, number):
        before = len(self.sent()[0])
        process = self.start()
        self.wait_for_answers(before)
        time.sleep(self.moments.uniform(0.0, 1.2))
        process.kill()
        self.server.set(None)
        self.check_clients()
        acknowledged, sent, found = self.examine()
        verdict = judge(acknowledged, sent, found)
        print(f"round {number}: {len(acknowledged)} acknowledged, {len(found)} stored, {verdict}", flush=True)
        if not verdict:
            raise Failure(f"first of each: lost {verdict.lost[:1]}, twice {verdict.twice[:1]}, strange {verdict.strange[:1]}")

    def finish(self):
        """Lets every client get its last answer, stops the server in peace, and looks once more."""
        process = self.start()
        self.server.stop()
        for client in self.clients:
            client.join(STOP_SECONDS_MAX)
            if client.is_alive():
                raise Failure(f"{client.name} never got its last answer")
        process.stop()
        self.check_clients()
        return self.examine()


def run(strobe, rounds, seed, serve_arguments, clients, transport):
    """The final (acknowledged, sent, found)."""
    with tempfile.TemporaryDirectory(prefix="strobe-crash-") as folder:
        test = Test(strobe, seed, serve_arguments, clients, folder, transport)
        for client in test.clients:
            client.start()
        try:
            for number in range(1, rounds + 1):
                test.round(number)
            examined = test.finish()
            calls = sum(client.acknowledged_calls for client in test.clients)
            print(f"{calls} calls were acknowledged over gRPC", flush=True)
            if transport != "http" and calls == 0:
                raise Failure("nothing went over gRPC")
            return examined
        finally:
            test.server.set(None)
            test.server.stop()


def self_test(acknowledged, sent, found):
    """The same check with one span more acknowledged than sent, and with one stored twice: both must be noticed."""
    ghost = "f" * 48
    lost = judge(acknowledged | {ghost}, sent | {ghost}, found)
    twice = judge(acknowledged, sent, found + Counter([next(iter(found))]))
    noticed = lost.lost == [ghost] and len(twice.twice) == 1
    print(f"self-test: a span that never was: {lost}; a span stored again: {twice}: {'noticed' if noticed else 'NOT NOTICED'}")
    return noticed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strobe", required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--transport", choices=["http", "grpc", "both"], default="http", help="both: every other client")
    parser.add_argument("--serve-arguments", type=shlex.split, default=["--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0"])
    parser.add_argument("--self-test", action="store_true", help="one round, then pretend a lost and a doubled span")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    rounds = 1 if options.self_test else options.rounds
    try:
        acknowledged, sent, found = run(options.strobe, rounds, options.seed, options.serve_arguments, options.clients,
                                        options.transport)
    except Failure as failure:
        print(f"FAILED with seed {options.seed}: {failure}")
        return 1
    verdict = judge(acknowledged, sent, found)
    print(f"{rounds} rounds, {len(acknowledged)} acknowledged spans, {verdict}")
    if options.self_test and not self_test(acknowledged, sent, found):
        return 1
    return 0 if verdict else 1


if __name__ == "__main__":
    sys.exit(main())

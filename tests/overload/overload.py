#!/usr/bin/env python3
"""Senders much faster than the disk, some of them greedy, over HTTP and gRPC: memory stays below the named limit, who is
refused is told when to come back, nobody starves, and after the last retry everything is there exactly once. Then readers
that ask for as much as they may, while somebody records.

    tests/overload/overload.py --strobe build/dev/bin/strobe --faulty build/dev/bin/strobe_faulty
    tests/overload/overload.py --strobe ... --faulty ... --seconds 300 --spans 1000000     (make soak)
    tests/overload/overload.py --self-test"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))

import self_test  # noqa: E402
from readers import read_and_record  # noqa: E402
from senders import GrpcSender, Habit, HttpSender, Ledger, Sender, trace_id  # noqa: E402
from served import Served  # noqa: E402

MEMORY_MIB = 560
OPTIONS = ["--grpc", "off", "--max-body-mib", "2", "--memory-mib", str(MEMORY_MIB)]
DISK_BYTES_PER_SECOND = 4_000_000
SLOW_DISK = f"write bytes_per_second={DISK_BYTES_PER_SECOND}\nsync delay_ms=20\n"
# Modest: little, now and then. A crowd: each as fast as it is answered, together more than there is room for. Both come
# back when they are told. Greedy: all it can at once, and comes back much earlier.
MODEST = Habit("modest HTTP", spans=5, text_bytes=2_000, pause=0.3, patience_max=30)
CROWD = Habit("HTTP in a crowd", spans=20, text_bytes=15_000, pause=0, patience_max=30)
GREEDY_GRPC = Habit("greedy gRPC", spans=20, text_bytes=20_000, pause=0, patience_max=0.5, at_once=100)
CAST = [(MODEST, HttpSender, 4), (CROWD, HttpSender, 90), (GREEDY_GRPC, GrpcSender, 3)]
# Among senders of one kind the least served has at least this part of what the best served has. In the crowd chance decides
# who is refused: nobody is left out, that is all.
SHARE_MIN = {MODEST.kind: 0.3, GREEDY_GRPC.kind: 0.3}
MODEST_SECONDS_MAX = 30  # until a modest sender's request is acknowledged, its retries included
LEFT_OUT_SECONDS = 90  # anybody
TIMES_MIN = 3  # so many times faster than the disk the senders were at least; what it was is printed


def stored_spans(program: str, store: Path) -> dict[str, tuple[int, int]]:
    """Trace id -> rows and distinct spans."""
    sql = "SELECT lower(trace_id) trace, count(*) rows, count(DISTINCT span_id) spans FROM spans GROUP BY 1"
    done = subprocess.run([program, "--store", str(store), "sql", "--json", sql], capture_output=True, text=True, check=True)
    return {row["trace"]: (int(row["rows"]), int(row["spans"])) for row in json.loads(done.stdout)}


def check_losses(ledgers: dict[str, Ledger], stored: dict[str, tuple[int, int]]) -> list[str]:
    """`ledgers` by trace id."""
    problems = []
    for trace, ledger in ledgers.items():
        rows, spans = stored.get(trace, (0, 0))
        if ledger.spans_acknowledged != ledger.spans_sent:
            problems.append(f"{ledger.name}: {ledger.spans_sent - ledger.spans_acknowledged} spans were never acknowledged")
        if spans < ledger.spans_acknowledged:
            problems.append(f"{ledger.name}: {ledger.spans_acknowledged - spans} acknowledged spans are lost")
        if rows != spans or spans > ledger.spans_sent:
            problems.append(f"{ledger.name}: {rows} rows for {ledger.spans_sent} spans that were sent")
    return problems


def check_refusals(ledgers: list[Ledger]) -> list[str]:
    problems = []
    if not sum(ledger.refused for ledger in ledgers):
        problems.append("nobody was refused: this was no overload")
    without = sum(ledger.without_retry_after for ledger in ledgers)
    if without:
        problems.append(f"{without} refusals did not say when to come back")
    told = [seconds for ledger in ledgers for seconds in ledger.retry_after]
    if not told or min(told) < 1 or max(told) > 30:
        problems.append(f"Retry-After is not between 1 and 30 s: {min(told, default=0)} to {max(told, default=0)}")
    return problems


def check_fairness(ledgers: list[Ledger]) -> list[str]:
    problems = []
    for kind in {ledger.kind for ledger in ledgers}:
        shares = [ledger.acknowledged_in_load for ledger in ledgers if ledger.kind == kind]
        if min(shares) < SHARE_MIN.get(kind, 0) * max(shares):
            problems.append(f"{kind}: the shares are {shares}")
    for ledger in ledgers:
        if ledger.kind == MODEST.kind and max(ledger.latencies, default=MODEST_SECONDS_MAX + 1) > MODEST_SECONDS_MAX:
            problems.append(f"{ledger.name}: waited {max(ledger.latencies, default=0):.1f} s beside greedy senders")
        if ledger.acknowledged_in_load == 0 and ledger.kind in SHARE_MIN:
            problems.append(f"{ledger.name}: nothing was acknowledged while it was busy")
    # By connection: which of the many calls of a greedy one is lucky is between these.
    left_out = [ledger for ledger in ledgers if not ledger.latencies or ledger.longest_wait > LEFT_OUT_SECONDS]
    problems += [f"{ledger.name}: left out for {ledger.longest_wait:.0f} s" for ledger in left_out]
    return problems


def report(ledgers: list[Ledger], seconds: float, peak: int) -> float:
    """Prints the figures; returns how many times faster than the disk the senders were."""
    for kind in sorted({ledger.kind for ledger in ledgers}):
        of_kind = [ledger for ledger in ledgers if ledger.kind == kind]
        latencies = sorted(one for ledger in of_kind for one in ledger.latencies)
        told = sorted(one for ledger in of_kind for one in ledger.retry_after)
        print(f"{kind}: {len(of_kind)} connections, requests acknowledged {[ledger.acknowledged_in_load for ledger in of_kind]}, "
              f"refused {sum(ledger.refused for ledger in of_kind)}, p50 {latencies[len(latencies) // 2]:.2f} s, "
              f"max {latencies[-1]:.2f} s, a connection at most {max(one.longest_wait for one in of_kind):.0f} s, Retry-After {f'{told[0]}..{told[-1]} s' if told else 'none'}")
    offered = sum(ledger.bytes_offered for ledger in ledgers) / seconds / 1e6
    taken = sum(ledger.bytes_acknowledged for ledger in ledgers) / seconds / 1e6
    print(f"offered {offered:.1f} MB/s, taken {taken:.1f} MB/s; refused {sum(ledger.refused for ledger in ledgers)}; "
          f"memory peak {peak} MiB of {MEMORY_MIB}", flush=True)
    return offered / max(taken, 1e-9)


def load(served: Served, seconds: float, end_of_load: threading.Event, after_load: list) -> list[Sender]:
    senders: list[Sender] = []
    for habit, kind, count in CAST:
        senders += [kind(len(senders) + i, served.port, habit, end_of_load) for i in range(count)]
    for sender in senders:
        sender.start()
    time.sleep(seconds)
    end_of_load.set()
    for then in after_load:
        then()
    for sender in senders:
        sender.join()
    return senders


def overload(arguments: argparse.Namespace, folder: Path) -> list[str]:
    store, plan = folder / "slow.db", folder / "plan"
    os.environ["STROBE_DISK_PLAN"] = str(plan)
    with Served(arguments.faulty or arguments.strobe, store, OPTIONS) as served:
        plan.write_text(SLOW_DISK)
        ended: list[float] = []
        begin = time.monotonic()

        def spare_the_disk() -> None:
            ended.append(time.monotonic())
            plan.unlink()

        senders = load(served, arguments.seconds, threading.Event(), [spare_the_disk])
        peak, is_alive = served.memory_peak_mib(), served.is_alive
    del os.environ["STROBE_DISK_PLAN"]
    ledgers = [sender.ledger for sender in senders]
    times = report(ledgers, time.monotonic() - begin, peak)
    problems = [problem for ledger in ledgers for problem in ledger.problems]
    if not is_alive:
        problems.append("the server died")
    if peak > MEMORY_MIB:
        problems.append(f"the server held {peak} MiB, more than the limit of {MEMORY_MIB}")
    if arguments.faulty and times < TIMES_MIN:
        problems.append(f"the senders were only {times:.1f} times faster than the disk")
    problems += check_refusals(ledgers) + check_fairness(ledgers)
    by_trace = {trace_id(sender.number).hex(): sender.ledger for sender in senders}
    return problems + check_losses(by_trace, stored_spans(arguments.strobe, store))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strobe")
    parser.add_argument("--faulty", help="the program with a slow disk; without it the disk is as fast as it is")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--spans", type=int, default=30_000, help="spans of the session that is read")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test or not arguments.strobe:
        problems = self_test.run(check_losses, check_refusals, check_fairness)
    else:
        with tempfile.TemporaryDirectory() as folder:
            problems = overload(arguments, Path(folder))
            problems += read_and_record(arguments.strobe, Path(folder), arguments.spans)
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

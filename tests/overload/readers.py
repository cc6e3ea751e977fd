"""Readers that ask for as much as they may, beside somebody who records: how long acknowledgements take without and with
them, and whether the write-ahead log stays bounded."""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))

from senders import request_body, trace_id  # noqa: E402
from served import Served  # noqa: E402

SESSION = 500_000  # the sender whose trace is the long session
RECORDER = 500_001
SPANS_PER_REQUEST = 1000
MEASURE_SECONDS = 6
READERS = 6
# The bound that docs/reference/http.md names is 1 s; a busy machine may make more of it.
P99_SECONDS_MAX = 5.0
DERIVE_SECONDS_MAX = 120
# A page of a session that is much longer than this takes more than the ten seconds a question has: 503, as documented.
SPANS_ANSWERED_MAX = 50_000
LOG_BYTES_MAX = 512 << 20


def record(connection: http.client.HTTPConnection, body: bytes) -> None:
    while True:
        connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            return
        if answer.status != 503:
            raise RuntimeError(f"answered {answer.status}")
        time.sleep(1)


class Reader(threading.Thread):
    """Reads every page of the session's spans, then what costs the store most, again and again."""

    def __init__(self, port: int, number: int, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.number, self.ended = port, number, ended
        self.statuses: dict[int, int] = {}
        self.bytes = 0
        self.slowest = 0.0

    def run(self) -> None:
        session = trace_id(SESSION).hex()
        questions = [f"/api/sessions/{session}/spans?limit=1000", f"/api/sessions/{session}/transcript?limit=1000",
                     "/api/stats?by=tool", "/api/search?q=work&limit=1000"]
        while not self.ended.is_set():
            self._pages(questions[self.number % len(questions)])

    def _pages(self, target: str) -> None:
        cursor = ""
        while not self.ended.is_set():
            begin = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("GET", target + cursor)
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            self.slowest = max(self.slowest, time.monotonic() - begin)
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            self.bytes += len(body)
            found = json.loads(body).get("next_cursor") if answer.status == 200 else None
            if not found:
                return
            cursor = f"&cursor={found}"


def latencies(port: int, first: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    chance, taken = random.Random(first), []
    end = time.monotonic() + MEASURE_SECONDS
    while time.monotonic() < end:
        body = request_body(RECORDER, first + len(taken) * 5, 5, 2000, chance)
        begin = time.monotonic()
        record(connection, body)
        taken.append(time.monotonic() - begin)
        time.sleep(0.02)
    connection.close()
    return sorted(taken)


def wait_until_derived(served: Served) -> None:
    """Working out the session is no reader's doing, and would be measured as one."""
    end = time.monotonic() + DERIVE_SECONDS_MAX
    while time.monotonic() < end:
        if b"strobe_derive_waiting_traces 0\n" in served.get("/metrics").body:
            return
        time.sleep(0.5)


def read_and_record(program: str, folder: Path, spans: int) -> list[str]:
    with Served(program, folder / "read.db", ["--grpc", "off"]) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        chance = random.Random(1)
        begin, slowest = time.monotonic(), 0.0
        for first in range(0, spans, SPANS_PER_REQUEST):
            body, asked = request_body(SESSION, first, SPANS_PER_REQUEST, 60, chance), time.monotonic()
            record(connection, body)
            slowest = max(slowest, time.monotonic() - asked)
        recorded = time.monotonic() - begin
        wait_until_derived(served)
        print(f"{spans} spans of one trace recorded in {recorded:.1f} s, the slowest acknowledgement {slowest:.1f} s; "
              f"derived {time.monotonic() - begin - recorded:.1f} s later")
        alone = latencies(served.port, 0)
        ended = threading.Event()
        readers = [Reader(served.port, number, ended) for number in range(READERS)]
        for reader in readers:
            reader.start()
        beside = latencies(served.port, 1_000_000)
        metrics = served.get("/metrics").body.decode()
        ended.set()
        for reader in readers:
            reader.join()
        peak = served.memory_peak_mib()
    log = next((float(line.split(" ")[1]) for line in metrics.splitlines() if line.startswith('strobe_store_file_bytes{file="wal"}')), 0)
    statuses: dict[int, int] = {}
    for reader in readers:
        for status, count in reader.statuses.items():
            statuses[status] = statuses.get(status, 0) + count

    def of(values: list[float], part: float) -> float:
        return values[min(len(values) - 1, int(len(values) * part))]

    print(f"acknowledged alone: p50 {of(alone, .5) * 1000:.0f} ms, p99 {of(alone, .99) * 1000:.0f} ms; beside {READERS} readers: "
          f"p50 {of(beside, .5) * 1000:.0f} ms, p99 {of(beside, .99) * 1000:.0f} ms, max {beside[-1] * 1000:.0f} ms; answers {statuses}, "
          f"{sum(reader.bytes for reader in readers) >> 20} MiB, the slowest {max(reader.slowest for reader in readers):.1f} s; "
          f"log {log / (1 << 20):.0f} MiB; memory peak {peak} MiB", flush=True)
    problems = []
    if of(beside, .99) > P99_SECONDS_MAX:
        problems.append(f"readers delay acknowledgements: p99 is {of(beside, .99):.2f} s, more than {P99_SECONDS_MAX}")
    if log > LOG_BYTES_MAX:
        problems.append(f"readers let the log grow to {log / (1 << 20):.0f} MiB")
    if set(statuses) - {200, 503} or not statuses or (spans <= SPANS_ANSWERED_MAX and not statuses.get(200)):
        problems.append(f"readers were answered {statuses}")
    return problems

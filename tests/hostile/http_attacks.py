#!/usr/bin/env python3
"""Attacks on `strobe serve` at the level of HTTP: each is bounded in time and memory, answered as it has to be or cut off,
counted in /metrics, and an honest client is served meanwhile.

    tests/hostile/http_attacks.py build/dev/bin/strobe
    tests/hostile/http_attacks.py --self-test"""

from __future__ import annotations

import argparse
import re
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))

from http2_attacks import ATTACKS, END_HEADERS, GREETING, HEAD, HEADERS, frame  # noqa: E402
from http_cases import API_TARGETS, HOST, MALFORMED, PLAIN, Case, head, raw_cases  # noqa: E402
from served import Served  # noqa: E402

HEADER_SECONDS, BODY_SECONDS, IDLE_SECONDS = 2, 2, 3
OPTIONS = ["--grpc", "off", "--max-body-mib", "16", "--memory-mib", "672", "--header-seconds", str(HEADER_SECONDS),
           "--body-seconds", str(BODY_SECONDS), "--idle-seconds", str(IDLE_SECONDS)]
MEMORY_MIB = 672
SLACK_SECONDS = 20  # these machines are busy
HONEST_SECONDS_MAX = 10
_SPAN = b"\n\x10" + b"\x07" * 16 + b"\x12\x08" + b"\x09" * 8 + b"*\x06honest"
SPAN = b"\n\x28\x12\x26\x12\x24" + _SPAN  # one span: resource_spans, scope_spans, spans
TIMEOUT = 'strobe_http_refused_requests_total{reason="timeout"}'
CUT_OFF = 'strobe_http_refused_requests_total{reason="cut_off"}'
IDLE_CLOSED = "strobe_http_idle_closed_total"
OPEN = "strobe_http_connections"
GRPC_BAD = 'strobe_grpc_refused_calls_total{reason="malformed"}'
GRPC_CUT_OFF = 'strobe_grpc_refused_calls_total{reason="cut_off"}'
GRPC_TIMEOUT = 'strobe_grpc_refused_calls_total{reason="timeout"}'


class Raw:
    """A connection that sends what it is told."""

    def __init__(self, port: int, seconds: float = SLACK_SECONDS) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError:  # refused before all of it was sent
            pass

    def read_to_end(self) -> tuple[bytes, bool]:
        """What came, and whether the server hung up."""
        got = b""
        try:
            while part := self.socket.recv(65536):
                got += part
        except TimeoutError:
            return got, False
        except OSError:
            return got, True
        return got, True

    def read_answers(self, count: int) -> bytes:
        got = b""
        try:
            while len(statuses(got)) < count or not is_whole(got):
                part = self.socket.recv(65536)
                if not part:
                    break
                got += part
        except OSError:
            pass
        return got

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def answers(data: bytes) -> list[tuple[int, bytes]]:
    """Whole answers: status and body."""
    found = []
    while (at := data.find(b"\r\n\r\n")) >= 0:
        lines = data[:at].split(b"\r\n")
        status = int(lines[0].split(b" ")[1])
        length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        if status >= 200:
            found.append((status, data[at + 4:at + 4 + length]))
        data = data[at + 4 + (length if status >= 200 else 0):]
    return found


def statuses(data: bytes) -> list[int]:
    return [status for status, _ in answers(data)]


def is_whole(data: bytes) -> bool:
    length = re.findall(rb"(?i)content-length: (\d+)\r\n", data)
    return not length or data.endswith(b"\r\n\r\n") or len(data[data.rfind(b"\r\n\r\n") + 4:]) >= int(length[-1])


class Target:
    """The server under attack."""

    def __init__(self, served: Served) -> None:
        self.port, self.served = served.port, served

    def metrics(self) -> dict[str, float]:
        for _ in range(100):  # refused while there are too many connections
            answer = self.served.get("/metrics")
            if answer.status == 200:
                break
            time.sleep(0.1)
        text = answer.body.decode()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")}

    def wait_for(self, name: str, is_enough: Callable[[float], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if is_enough(self.metrics().get(name, 0)):
                return True
            time.sleep(0.1)
        return False


class Honest(threading.Thread):
    """A client that does nothing wrong and is served all the while, each time on a connection of its own."""

    def __init__(self, served: Served) -> None:
        super().__init__(daemon=True)
        self._served, self._ended = served, threading.Event()
        self.served_count, self.retries, self.slowest = 0, 0, 0.0
        self.problems: list[str] = []

    def run(self) -> None:
        while not self._ended.wait(0.05):
            begin = time.monotonic()
            try:
                status = self._send()
                if status != 200:
                    self.problems.append(f"an honest request was answered {status}")
            except OSError as error:
                self.problems.append(f"an honest request failed: {error}")
            self.served_count += 1
            self.slowest = max(self.slowest, time.monotonic() - begin)

    def _send(self) -> int:
        """As OTLP clients do: comes back after a 503."""
        end = time.monotonic() + HONEST_SECONDS_MAX
        while True:
            try:
                status = self._served.ask("POST", "/v1/traces", {"Content-Type": "application/x-protobuf"}, SPAN).status
            except OSError:  # too many connections: refused before all of it was sent
                status = 503
            if status != 503 or time.monotonic() > end:
                return status
            self.retries += 1
            time.sleep(0.5)

    def end(self) -> list[str]:
        self._ended.set()
        self.join()
        if self.slowest > HONEST_SECONDS_MAX:
            self.problems.append(f"an honest request took {self.slowest:.1f} s")
        if self.served_count < 10:
            self.problems.append(f"only {self.served_count} honest requests were served")
        return self.problems[:5]


def judge(case: Case, got: bytes, has_closed: bool) -> list[str]:
    problems = []
    if tuple(statuses(got)) != case.statuses:
        problems.append(f"{case.name}: answered {statuses(got)[:5]}, not {list(case.statuses)[:5]}: {got[:160]!r}")
    if b"/smuggled" in got:
        problems.append(f"{case.name}: what was smuggled has been answered")
    if case.closes and not has_closed:
        problems.append(f"{case.name}: the connection stays open")
    return problems


def run_case(target: Target, case: Case) -> list[str]:
    before = target.metrics().get(case.counter, 0)
    raw = Raw(target.port)
    raw.send(case.sent)
    if case.closes:
        raw.socket.shutdown(socket.SHUT_WR) if case.counter == "" else None
        got, has_closed = raw.read_to_end()
    else:
        got, has_closed = raw.read_answers(len(case.statuses)), False
    raw.socket.close()
    problems = judge(case, got, has_closed)
    if case.counter and target.metrics().get(case.counter, 0) <= before:
        problems.append(f"{case.name}: {case.counter} did not go up")
    return problems


def malformed_requests(target: Target) -> list[str]:
    return [problem for case in raw_cases() for problem in run_case(target, case)]


def api_requests(target: Target) -> list[str]:
    problems = []
    for path, expected in API_TARGETS.items():
        raw = Raw(target.port, 15)
        raw.send(b"GET " + path.encode() + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        got = statuses(raw.read_answers(1))
        raw.socket.close()
        if len(got) != 1 or got[0] not in expected:
            problems.append(f"{path[:60]}: answered {got}, not {expected}")
    return problems


def slow_clients(target: Target) -> list[str]:
    """Clients that send a little now and then, for ever. All are given up in time."""
    count = 30
    call = GREETING + frame(HEADERS, END_HEADERS, 1, HEAD) + frame(0, 0, 1, b"\0\0\1\0\0")
    kinds = [(b"GET /healthz HTTP/1.1\r\n" + HOST, b"a: b\r\n", TIMEOUT), (head(b"Content-Length: 100000"), b"x", TIMEOUT),
             (head(b"Transfer-Encoding: chunked"), b"1\r\nx\r\n", TIMEOUT), (GREETING + frame(HEADERS, 0, 1, HEAD), b"", GRPC_TIMEOUT),
             (call, frame(0, 0, 1, b"x"), GRPC_TIMEOUT)]
    before = target.metrics()
    clients = [(Raw(target.port), drop) for _, drop, _ in kinds for _ in range(count)]
    for number, (client, _) in enumerate(clients):
        client.send(kinds[number // count][0])
    expected = {name: before.get(name, 0) + count * sum(kind[2] == name for kind in kinds) for name in (TIMEOUT, GRPC_TIMEOUT)}
    end = time.monotonic() + max(HEADER_SECONDS, BODY_SECONDS) + SLACK_SECONDS
    while time.monotonic() < end and any(target.metrics().get(name, 0) < enough for name, enough in expected.items()):
        for client, drop in clients:
            client.send(drop)
        time.sleep(0.2)
    now = target.metrics()
    for client, _ in clients:
        client.socket.close()
    return [f"slow clients are not given up: {name} is {now.get(name, 0):.0f}, not {enough:.0f}"
            for name, enough in expected.items() if now.get(name, 0) < enough]


def vanishing_clients(target: Target) -> list[str]:
    before = target.metrics()
    begins = [b"GET /healthz HT", head(b"Content-Length: 100") + b"x" * 10, head(b"Transfer-Encoding: chunked") + b"5\r\nhe"]
    for begin in begins * 30:
        client = Raw(target.port)
        client.send(begin)
        client.reset()
    for _ in range(30):
        client = Raw(target.port)
        client.send(GREETING + frame(HEADERS, END_HEADERS, 1, HEAD))
        time.sleep(0.01)
        client.reset()
    problems = []
    # A reset can overtake what was sent before it, so not each of them is seen in the middle of a request.
    if not target.wait_for(CUT_OFF, lambda now: now >= before.get(CUT_OFF, 0) + 45, SLACK_SECONDS):
        problems.append("clients that vanished in the middle of a request were not counted")
    if not target.wait_for(GRPC_CUT_OFF, lambda now: now >= before.get(GRPC_CUT_OFF, 0) + 15, SLACK_SECONDS):
        problems.append("gRPC clients that vanished in the middle of a call were not counted")
    if not target.wait_for(OPEN, lambda now: now < 20, SLACK_SECONDS):
        problems.append("connections of clients that vanished stay open")
    return problems


def idle_connections(target: Target) -> list[str]:
    before = target.metrics().get(IDLE_CLOSED, 0)
    clients = [Raw(target.port) for _ in range(1100)]
    problems = [] if target.metrics()[OPEN] <= 1024 else ["more than 1024 connections are open"]
    if not target.wait_for(IDLE_CLOSED, lambda now: now >= before + 1000, IDLE_SECONDS + SLACK_SECONDS):
        problems.append("idle connections were not closed and counted")
    for client in clients:
        client.socket.close()
    return problems


def pipelining(target: Target) -> list[str]:
    depth = 1000
    raw = Raw(target.port, 20)
    requests = b"".join(b"GET /n%d HTTP/1.1\r\n" % i + HOST + b"\r\n" for i in range(depth))
    threading.Thread(target=raw.send, args=(requests,), daemon=True).start()
    found = re.findall(rb"nothing lives at /n(\d+)\"", b"".join(body for _, body in answers(raw.read_answers(depth))))
    # Each answer says it twice.
    in_order = [int(number) for number in found][::2]
    raw.socket.close()
    return [] if in_order == list(range(depth)) else [f"pipelined answers came as {in_order[:10]}..., {len(in_order)} of them"]


def clients_that_do_not_read(target: Target) -> list[str]:
    before = target.metrics().get(TIMEOUT, 0)
    clients = []
    for _ in range(20):
        client = Raw(target.port)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.socket.settimeout(0.5)
        client.send((b"GET /api/openapi.json HTTP/1.1\r\n" + HOST + b"\r\n") * 1000)
        clients.append(client)
    is_counted = target.wait_for(TIMEOUT, lambda now: now >= before + 20, IDLE_SECONDS + SLACK_SECONDS)
    for client in clients:
        client.socket.close()
    return [] if is_counted else ["clients that take nothing of their answers are kept"]


def http2(target: Target) -> list[str]:
    problems = []
    for name, (sent, must_close) in ATTACKS.items():
        before = sum(target.metrics().get(counter, 0) for counter in (GRPC_BAD, GRPC_CUT_OFF))
        client = Raw(target.port, 0.7 if not must_close else SLACK_SECONDS)
        sender = threading.Thread(target=client.send, args=(sent,), daemon=True)
        sender.start()
        _, has_closed = client.read_to_end()
        client.reset()
        sender.join()
        if must_close and not has_closed:
            problems.append(f"HTTP/2, {name}: the connection stays open")
        if name.startswith("20,000"):
            now = sum(target.metrics().get(counter, 0) for counter in (GRPC_BAD, GRPC_CUT_OFF))
            if now <= before:
                problems.append(f"HTTP/2, {name}: not counted")
    return problems


ROUNDS = (malformed_requests, api_requests, pipelining, http2, vanishing_clients, clients_that_do_not_read, slow_clients,
          idle_connections)


def attack(program: str) -> list[str]:
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Served(program, Path(folder) / "s.db", OPTIONS) as served:
        target, honest = Target(served), Honest(served)
        honest.start()
        for attack_round in ROUNDS:
            begin = time.monotonic()
            problems += attack_round(target)
            print(f"{attack_round.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
            if not served.is_alive:
                return problems + [f"the server died in {attack_round.__name__}"]
        problems += honest.end()
        peak = served.memory_peak_mib()
        if peak > MEMORY_MIB:
            problems.append(f"the server held {peak} MiB, more than its limit")
        bad = target.metrics().get(MALFORMED, 0)
        print(f"{len(raw_cases())} malformed requests, {len(API_TARGETS)} API targets, {len(ATTACKS)} HTTP/2 attacks; "
              f"{bad:.0f} counted as malformed; {honest.served_count} honest requests, {honest.retries} sent again, the slowest {honest.slowest:.2f} s; "
              f"memory peak {peak} MiB of {MEMORY_MIB}")
    return problems


def self_test() -> list[str]:
    """The judge must see what it is there for."""
    case = Case("x", b"", (400,), True)
    good = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"
    wrong = {"a right answer is blamed": bool(judge(case, good, True)),
             "an open connection passes": not judge(case, good, False),
             "another status passes": not judge(case, good.replace(b"400", b"200"), True),
             "a smuggled request passes": not judge(case, good + b"HTTP/1.1 404 N\r\nContent-Length: 9\r\n\r\n/smuggled", True),
             "no answer passes": not judge(case, b"", True)}
    return [name for name, is_wrong in wrong.items() if is_wrong]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    problems = self_test() if arguments.self_test or not arguments.program else attack(arguments.program)
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

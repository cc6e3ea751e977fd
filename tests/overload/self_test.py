"""What overload.py looks for is planted here, and has to be found."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable

from senders import Habit, HttpSender, Ledger

Check = Callable[..., list[str]]


class LyingServer(socketserver.ThreadingTCPServer):
    """Says 200 to everything, stores nine requests of ten, and says 503 without a word to every seventh."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), LyingHandler)
        self.lock, self.requests, self.stored = threading.Lock(), 0, 0


class LyingHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            server = self.server
            assert isinstance(server, LyingServer)
            with server.lock:
                server.requests += 1
                is_refused = server.requests % 7 == 0
                server.stored += not is_refused and server.requests % 10 != 0
            status = b"503 Service Unavailable" if is_refused else b"200 OK"
            self.wfile.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")


def ledger(kind: str, acknowledged: int, latency: float = 1.0, retry_after: int = 1) -> Ledger:
    return Ledger(f"{kind} x", kind, sent=acknowledged, spans_acknowledged=acknowledged, spans_sent=acknowledged,
                  acknowledged_in_load=acknowledged, refused=1, retry_after=[retry_after], latencies=[latency], longest_wait=latency)


def lies_are_seen(check_losses: Check, check_refusals: Check) -> dict[str, bool]:
    with LyingServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ended = threading.Event()
        sender = HttpSender(3, server.server_address[1], Habit("modest HTTP", 5, 100, 0.001, 0.01), ended)
        sender.start()
        ended.wait(1)
        ended.set()
        sender.join(30)
        server.shutdown()
        stored = {"t": (server.stored * 5, server.stored * 5)}
    found = check_losses({"t": sender.ledger}, stored)
    return {"spans that a server lost are not missed": not any("are lost" in problem for problem in found),
            "refusals without Retry-After pass": not any("when to come back" in problem for problem in check_refusals([sender.ledger]))}


def run(check_losses: Check, check_refusals: Check, check_fairness: Check) -> list[str]:
    good = [ledger("modest HTTP", 10), ledger("modest HTTP", 8), ledger("greedy gRPC", 100)]
    unacknowledged = ledger("a", 10)
    unacknowledged.spans_sent = 15
    wrong = {
        "good figures are blamed": bool(check_fairness(good) + check_refusals(good) + check_losses({"a": good[0]}, {"a": (10, 10)})),
        "a doubled span passes": not check_losses({"a": ledger("a", 10)}, {"a": (11, 10)}),
        "spans that nobody sent pass": not check_losses({"a": ledger("a", 10)}, {"a": (12, 12)}),
        "a request without an end passes": not check_losses({"a": unacknowledged}, {"a": (10, 10)}),
        "a starved sender passes": not check_fairness([*good, ledger("modest HTTP", 1)]),
        "a sender that got nothing passes": not check_fairness([*good, ledger("greedy gRPC", 0)]),
        "a modest sender that waits for minutes passes": not check_fairness([*good, ledger("modest HTTP", 9, 90.0)]),
        "one of the crowd that is left out passes": not check_fairness([*good, ledger("HTTP in a crowd", 1, 200.0)]),
        "a load without refusals passes": not check_refusals([Ledger("a", "a")]),
        "Retry-After of an hour passes": not check_refusals([ledger("a", 1, retry_after=3600)]),
    }
    wrong |= lies_are_seen(check_losses, check_refusals)
    return [name for name, is_wrong in wrong.items() if is_wrong]

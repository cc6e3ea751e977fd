"""Clients that send spans faster than the disk takes them, and remember what became of each request. A request that is
refused is sent again, byte for byte, until it is acknowledged."""

from __future__ import annotations

import random
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

GIVE_UP_SECONDS = 120  # after the load: then a request counts as never acknowledged
POOL = random.Random(7).randbytes(1 << 20).hex().encode()


def varint(number: int) -> bytes:
    out = b""
    while number >= 128:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def message(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def trace_id(sender: int) -> bytes:
    return struct.pack(">QQ", 0x0E11, sender + 1)


def request_body(sender: int, first: int, spans: int, text_bytes: int, chance: random.Random) -> bytes:
    """Spans `first`... of this sender's trace, each with a text that no other one has."""
    parts = []
    for number in range(first, first + spans):
        at = chance.randrange(len(POOL) - text_bytes)
        text = b"%d.%d " % (sender, number) + POOL[at:at + text_bytes]
        times = struct.pack("<BQBQ", 0x39, 1_700_000_000_000_000_000 + number * 1000, 0x41, 1_700_000_000_000_000_900 + number * 1000)
        span = (message(1, trace_id(sender)) + message(2, struct.pack(">Q", number + 1)) + message(5, b"work") + times
                + message(9, message(1, b"note") + message(2, message(1, text))))
        parts.append(message(2, span))
    return message(1, message(2, b"".join(parts)))


@dataclass
class Ledger:
    """What one sender has seen."""

    name: str
    kind: str
    sent: int = 0  # requests, each counted once
    spans_acknowledged: int = 0
    spans_sent: int = 0
    acknowledged_in_load: int = 0  # requests, before the load ended
    bytes_acknowledged: int = 0
    bytes_offered: int = 0  # with every repetition
    refused: int = 0
    without_retry_after: int = 0
    retry_after: list[int] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)  # from the first attempt to the acknowledgement
    longest_wait: float = 0.0  # seconds between one acknowledgement, or the beginning, and the next
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Habit:
    """How a sender behaves. `pause`: between requests; `patience_max`: it comes back at most so late after a refusal."""

    kind: str
    spans: int
    text_bytes: int
    pause: float
    patience_max: float
    at_once: int = 1  # calls of one gRPC connection


class Sender(threading.Thread):
    def __init__(self, number: int, port: int, habit: Habit, load_ends: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.habit, self.load_ends = number, port, habit, load_ends
        self.ledger = Ledger(f"{habit.kind} {number}", habit.kind)
        self.chance = random.Random(number)
        self.next_span = 0
        self.acknowledged_at = time.monotonic()

    def new_body(self) -> bytes:
        body = request_body(self.number, self.next_span, self.habit.spans, self.habit.text_bytes, self.chance)
        self.next_span += self.habit.spans
        self.ledger.sent += 1
        self.ledger.spans_sent += self.habit.spans
        return body

    def note_acknowledged(self, body: bytes, begin: float) -> None:
        now = time.monotonic()
        self.ledger.longest_wait = max(self.ledger.longest_wait, now - self.acknowledged_at)
        self.acknowledged_at = now
        self.ledger.spans_acknowledged += self.habit.spans
        self.ledger.bytes_acknowledged += len(body)
        self.ledger.latencies.append(now - begin)
        self.ledger.acknowledged_in_load += not self.load_ends.is_set()

    def run(self) -> None:
        try:
            self.work()
        except Exception as error:  # a thread's problem is a finding, not a lost traceback
            self.ledger.problems.append(f"{self.ledger.name}: {type(error).__name__}: {error}")

    def work(self) -> None:
        raise NotImplementedError


class HttpSender(Sender):
    """One connection, one request at a time."""

    def work(self) -> None:
        self._connect()
        give_up = float("inf")
        while not self.load_ends.wait(self.habit.pause):
            body, begin = self.new_body(), time.monotonic()
            while (wait := self._send(body)) is not None:
                if self.load_ends.is_set() and give_up == float("inf"):
                    give_up = time.monotonic() + GIVE_UP_SECONDS
                if time.monotonic() > give_up:
                    return
                time.sleep(min(wait, self.habit.patience_max))
            self.note_acknowledged(body, begin)
        self._socket.close()

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=GIVE_UP_SECONDS)
        self._input = b""

    def _send(self, body: bytes) -> float | None:
        """None: acknowledged; else how long the server asks to wait."""
        self.ledger.bytes_offered += len(body)
        head = (b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: %d\r\n\r\n" % len(body))
        try:
            self._socket.sendall(head + body)
            status, headers = self._answer()
        except OSError:
            self._connect()
            return 0.1
        if b"connection: close" in headers:
            self._connect()
        if status == 200:
            return None
        if status != 503:
            raise RuntimeError(f"answered {status}")
        self.ledger.refused += 1
        found = [line for line in headers.split(b"\r\n") if line.startswith(b"retry-after:")]
        if not found:
            self.ledger.without_retry_after += 1
            return 1.0
        seconds = int(found[0].split(b":")[1])
        self.ledger.retry_after.append(seconds)
        return float(seconds)

    def _answer(self) -> tuple[int, bytes]:
        while (end := self._input.find(b"\r\n\r\n")) < 0:
            self._receive()
        head = self._input[:end].lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(self._input) < end + 4 + length:
            self._receive()
        self._input = self._input[end + 4 + length:]
        return int(head[9:12]), head

    def _receive(self) -> None:
        got = self._socket.recv(65536)
        if not got:
            raise ConnectionError("the server hung up")
        self._input += got


class GrpcSender(Sender):
    """One connection with many calls at once. Heads are not decoded: a call that went well is the only one answered with a
    message; one that was refused has a head and nothing else."""

    FRAME = 16384

    def work(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=GIVE_UP_SECONDS)
        self._input, self._window, self._stream = b"", 65535, -1
        self._open: dict[int, tuple[bytes, float, bool]] = {}  # stream -> body, begin, whether data came
        self._later: list[tuple[float, bytes, float]] = []  # when, body, begin
        self._frames = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self._frame(4, 0, 0)
        self._flush()
        give_up = float("inf")
        while not self.load_ends.is_set() or self._open or self._later:
            now = time.monotonic()
            if self.load_ends.is_set() and give_up == float("inf"):
                give_up = now + GIVE_UP_SECONDS
            if now > give_up:
                return
            due = [entry for entry in self._later if entry[0] <= now]
            self._later = [entry for entry in self._later if entry[0] > now]
            for _, body, begin in due:
                self._call(body, begin)
            while not self.load_ends.is_set() and len(self._open) + len(self._later) < self.habit.at_once:
                self._call(self.new_body(), time.monotonic())
            self._read(0.05)
        self._socket.close()

    @staticmethod
    def _frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
        return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload

    @staticmethod
    def _literal(name: bytes, value: bytes) -> bytes:
        return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value

    def _flush(self) -> None:
        frames, self._frames = self._frames, b""
        if frames:
            self._socket.sendall(frames)

    def _call(self, body: bytes, begin: float) -> None:
        self.ledger.bytes_offered += len(body)
        self._stream += 2
        fields = ((b":method", b"POST"), (b":scheme", b"http"), (b":authority", b"localhost"),
                  (b":path", b"/opentelemetry.proto.collector.trace.v1.TraceService/Export"), (b"content-type", b"application/grpc"), (b"te", b"trailers"))
        stream = self._stream
        self._open[stream] = (body, begin, False)
        self._frames += self._frame(1, 4, stream, b"".join(self._literal(*one) for one in fields))
        data = struct.pack(">BI", 0, len(body)) + body
        for at in range(0, len(data), self.FRAME):
            part = data[at:at + self.FRAME]
            while self._window < len(part):
                self._flush()
                self._read(1.0)
            if stream not in self._open:
                return  # answered before all of it was sent
            self._window -= len(part)
            self._frames += self._frame(0, 1 if at + len(part) == len(data) else 0, stream, part)
            self._flush()

    def _read(self, seconds: float) -> None:
        self._flush()
        if not select.select([self._socket], [], [], seconds)[0]:
            return
        got = self._socket.recv(1 << 18)
        if not got:
            raise ConnectionError("the server hung up")
        self._input += got
        at = 0
        while len(self._input) - at >= 9 and len(self._input) - at >= 9 + (size := int.from_bytes(self._input[at:at + 3], "big")):
            self._take(self._input[at + 3], self._input[at + 4], struct.unpack(">I", self._input[at + 5:at + 9])[0], self._input[at + 9:at + 9 + size])
            at += 9 + size
        self._input = self._input[at:]

    def _take(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind == 4 and not flags & 1:
            self._frames += self._frame(4, 1, 0)
        elif kind == 8 and stream == 0:
            self._window += struct.unpack(">I", payload)[0]
        elif kind == 7:
            raise ConnectionError("the server goes away")
        elif kind == 0 and stream in self._open:
            body, begin, _ = self._open[stream]
            self._open[stream] = (body, begin, True)
        elif (kind == 3 or (kind == 1 and flags & 1)) and stream in self._open:
            body, begin, has_data = self._open.pop(stream)
            if has_data and kind == 1:
                return self.note_acknowledged(body, begin)
            self.ledger.refused += 1
            self._later.append((time.monotonic() + self.habit.patience_max, body, begin))

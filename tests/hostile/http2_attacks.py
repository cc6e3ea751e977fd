"""HTTP/2 frames that no client of ours would send. Each attack is bytes behind a greeting; the server may answer what it
likes, but it must not fall, must not hold on to them, and must go on serving others."""

from __future__ import annotations

import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name: bytes, value: bytes) -> bytes:
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


HEAD = b"".join(literal(name, value) for name, value in (
    (b":method", b"POST"), (b":scheme", b"http"), (b":authority", b"localhost"),
    (b":path", b"/opentelemetry.proto.collector.trace.v1.TraceService/Export"), (b"content-type", b"application/grpc")))
GREETING = PREFACE + frame(SETTINGS, 0, 0)


def rapid_resets(count: int) -> bytes:
    return b"".join(frame(HEADERS, END_HEADERS, 1 + 2 * i, HEAD) + frame(RST_STREAM, 0, 1 + 2 * i, b"\0\0\0\x08") for i in range(count))


# name -> (bytes, whether a connection that sent them must be gone afterwards)
ATTACKS: dict[str, tuple[bytes, bool]] = {
    "a preface that goes wrong": (PREFACE[:-4] + b"XX\r\n", True),
    "HTTP/1.1 behind the preface": (PREFACE + b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", True),
    "no SETTINGS first": (PREFACE + frame(PING, 0, 0, b"12345678"), True),
    "20,000 streams, each reset at once": (GREETING + rapid_resets(20_000), False),
    "100,000 pings": (GREETING + frame(PING, 0, 0, b"12345678") * 100_000, False),
    "100,000 settings": (GREETING + frame(SETTINGS, 0, 0) * 100_000, False),
    "settings of 16 KB": (GREETING + frame(SETTINGS, 0, 0, struct.pack(">HI", 3, 100) * 2730), False),
    "headers that never end": (GREETING + frame(HEADERS, 0, 1, HEAD) + frame(CONTINUATION, 0, 1, literal(b"a", b"b") * 3000) * 500, True),
    "empty continuations": (GREETING + frame(HEADERS, 0, 1, HEAD) + frame(CONTINUATION, 0, 1) * 50_000, True),
    "headers that unpack to much": (GREETING + frame(HEADERS, END_HEADERS, 1, b"\x40\x01a\x7f\xa1\x1e" + b"x" * 4000 + b"\xbe" * 12_000), False),
    "data on stream 0": (GREETING + frame(DATA, 0, 0, b"x"), True),
    "data before headers": (GREETING + frame(DATA, 0, 5, b"x"), True),
    "an even stream": (GREETING + frame(HEADERS, END_HEADERS, 2, HEAD), True),
    "streams backwards": (GREETING + frame(HEADERS, END_HEADERS, 9, HEAD) + frame(HEADERS, END_HEADERS, 3, HEAD), False),
    "a window that overflows": (GREETING + frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff") * 2, True),
    "a window of nothing": (GREETING + frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\0"), True),
    "a frame too large": (GREETING + b"\xff\xff\xff" + bytes([DATA, 0]) + b"\0\0\0\x01", True),
    "a promise of a client": (GREETING + frame(PUSH_PROMISE, END_HEADERS, 1, b"\0\0\0\x02" + HEAD), True),
    "bad header compression": (GREETING + frame(HEADERS, END_HEADERS, 1, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), True),
    "10,000 empty frames of one call": (GREETING + frame(HEADERS, END_HEADERS, 1, HEAD) + frame(DATA, 0, 1) * 10_000, False),
    "2,000 calls at once": (GREETING + b"".join(frame(HEADERS, END_HEADERS, 1 + 2 * i, HEAD) for i in range(2000)), False),
    "a message that promises 4 GiB": (GREETING + frame(HEADERS, END_HEADERS, 1, HEAD) + frame(DATA, 0, 1, b"\0\xff\xff\xff\xff"), False),
}

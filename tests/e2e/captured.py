"""The OTLP requests of a run as bytes, taken from what recorder.py kept: the honest source for what an SDK sent."""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FRAME_DATA = 0
_FLAG_PADDED = 8


def read_bodies(folder: Path) -> list[bytes]:
    """Every request body, decompressed; of gRPC the messages. What was cut off by the end of a run is left out."""
    found: list[bytes] = []
    for file in sorted(folder.glob("*.sent")):
        sent = file.read_bytes()
        found += _http2_messages(sent) if sent.startswith(_HTTP2_PREFACE) else _http1_bodies(sent)
    return found


def _http1_bodies(sent: bytes) -> Iterator[bytes]:
    at = 0
    while (end := sent.find(b"\r\n\r\n", at)) >= 0:
        head = sent[at:end].lower()
        at = end + 4
        if b"transfer-encoding: chunked" in head:
            body, at = _chunked(sent, at)
        else:
            length = re.search(rb"\r\ncontent-length: *(\d+)", head)
            size = int(length.group(1)) if length else 0
            body, at = sent[at : at + size], at + size
        if body:
            yield _decompressed(body)


def _chunked(sent: bytes, at: int) -> tuple[bytes, int]:
    body = b""
    while (line := sent.find(b"\r\n", at)) >= 0:
        size = int(sent[at:line].split(b";")[0] or b"0", 16)
        body += sent[line + 2 : line + 2 + size]
        at = line + 2 + size + 2
        if size == 0:
            break
    return body, at


def _decompressed(body: bytes) -> bytes:
    if body[:2] == b"\x1f\x8b":
        return gzip.decompress(body)
    try:
        return zlib.decompress(body)  # deflate; an OTLP message never begins like its header
    except zlib.error:
        return body


def _http2_messages(sent: bytes) -> Iterator[bytes]:
    streams: dict[int, bytes] = {}
    at = len(_HTTP2_PREFACE)
    while at + 9 <= len(sent):
        size = int.from_bytes(sent[at : at + 3], "big")
        kind, flags = sent[at + 3], sent[at + 4]
        stream = int.from_bytes(sent[at + 5 : at + 9], "big") & 0x7FFFFFFF
        data = sent[at + 9 : at + 9 + size]
        at += 9 + size
        if kind == _FRAME_DATA:
            if flags & _FLAG_PADDED and data:
                data = data[1 : len(data) - data[0]]
            streams[stream] = streams.get(stream, b"") + data
    for data in streams.values():
        while len(data) >= 5:
            compressed, size = struct.unpack(">BI", data[:5])
            message, data = data[5 : 5 + size], data[5 + size :]
            if len(message) == size and message:
                yield _decompressed(message) if compressed else message


def _varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes((number & 0x7F | 0x80,))
        number >>= 7
    return out + bytes((number,))


def holds_number(body: bytes, number: int) -> bool:
    """Whether a body has this number as a value: digits in any text or JSON, or an OTLP integer or double."""
    if re.search(rb"(?<![\d.])%d(?![\d]|\.\d)" % number, body):
        return True
    integer = b"\x18" + _varint(number)
    double = b"\x21" + struct.pack("<d", number)
    # An AnyValue in a KeyValue is its field 2, in an array the array's field 1; both are told with their length.
    return any(
        bytes((field, len(value))) + value in body for field in (0x12, 0x0A) for value in (integer, double)
    )


def holds_text(body: bytes, text: str) -> bool:
    """Whether a body has this text, plainly or within JSON text (escaped once or more often)."""
    words = [re.escape(word.encode()) for word in re.findall(r"\w+", text)]
    return bool(words) and re.search(rb"\W+(?:[nrt](?=\w))?".join(words), body) is not None


def holds_value(body: bytes, text: str) -> bool:
    """Whether a body has a string that is this text and nothing else: an OTLP string value, or one of JSON."""
    data = text.encode()
    told = bytes((0x0A, len(data))) + data
    return told in body or re.search(rb"""["']%b\\*["']""" % re.escape(data), body) is not None


@dataclass(frozen=True)
class SentSpan:
    span_id: str
    parent_id: str  # empty: none
    name: str
    data: bytes  # the whole span


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The length-delimited fields of a protobuf message; ends where the bytes make no sense."""
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        match tag & 7:
            case 0:
                _, at = _read_varint(data, at)
            case 1:
                at += 8
            case 2:
                size, at = _read_varint(data, at)
                yield tag >> 3, data[at : at + size]
                at += size
            case 5:
                at += 4
            case _:
                return


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(data):
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return number, at


def sent_spans(body: bytes) -> Iterator[SentSpan]:
    """The spans of an ExportTraceServiceRequest; nothing for logs and metrics, whose records look different."""
    for _, resource_spans in _only(body, 1):
        for _, scope_spans in _only(resource_spans, 2):
            for _, span in _only(scope_spans, 2):
                told = dict(reversed(list(_fields(span))))  # the first of a field that repeats
                if len(told.get(1, b"")) == 16 and len(told.get(2, b"")) == 8:
                    name = told.get(5, b"").decode(errors="replace")
                    yield SentSpan(told[2].hex(), told.get(4, b"").hex(), name, span)


def _only(data: bytes, number: int) -> Iterator[tuple[int, bytes]]:
    return (field for field in _fields(data) if field[0] == number)

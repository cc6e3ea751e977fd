"""Little that becomes much: compression bombs in three encodings, and documents that take more memory than bytes."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

from case import EITHER, TOO_LARGE, Case, Expect, Limits
from delivery import Body
from shapes import span
from wire import Request, to_json, to_protobuf

MIB = 1 << 20
BLOCK_BYTES_MAX = 128 << 10
# What a server may hold, by docs/reference/hostile-input.md: it decodes one request within 256 MiB and eight times its bytes.
LIMITS = Limits(seconds=20, memory_mib=1100, server_memory_mib=1100)


def zstd_frame(content: bytes, *, times: int = 1, claims: int | None = None, window_log: int = 17) -> bytes:
    """A frame of raw blocks, or, of one byte, of blocks that repeat it (RFC 8878). `claims`: the size it says it has."""
    head = b"\x28\xb5\x2f\xfd"
    if claims is not None:
        head += b"\xc0" + bytes([(window_log - 10) << 3]) + claims.to_bytes(8, "little")
    else:
        head += b"\x00" + bytes([(window_log - 10) << 3])
    pieces = []
    if times > 1:
        left = times
        while left > 0:
            size = min(left, BLOCK_BYTES_MAX)
            left -= size
            pieces.append((size << 3 | 1 << 1 | (left == 0)).to_bytes(3, "little") + content)
    else:
        starts = range(0, max(len(content), 1), BLOCK_BYTES_MAX)
        for start in starts:
            piece = content[start:start + BLOCK_BYTES_MAX]
            pieces.append((len(piece) << 3 | (start == starts[-1])).to_bytes(3, "little") + piece)
    return head + b"".join(pieces)


def deflated(content: bytes) -> bytes:
    return zlib.compress(content, 9)


@cache
def zeros_zipped(mib: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * MIB) for _ in range(mib)) + packer.flush()


@cache
def zeros_deflated(mib: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * MIB) for _ in range(mib)) + packer.flush()


def simple(mib: int) -> list[Body]:
    packed = {"gzip": zeros_zipped(mib), "deflate": zeros_deflated(mib), "zstd": zstd_frame(b" ", times=mib * MIB)}
    return [Body("traces", content, is_json, coding) for coding, content in packed.items() for is_json in (True, False)]


def nested() -> list[Body]:
    """A bomb within a bomb: one layer is taken off, what remains is no request."""
    inner = {"gzip": gzip.compress(zeros_zipped(200)), "deflate": deflated(zeros_deflated(200)), "zstd": zstd_frame(zstd_frame(b" ", times=200 * MIB)),
             "gzip, gzip": gzip.compress(zeros_zipped(200)), "zstd, gzip, deflate": zstd_frame(b" ", times=MIB)}  # fmt: skip
    return [Body("traces", content, is_json, coding) for coding, content in inner.items() for is_json in (True, False)]


def honest() -> list[Body]:
    """The same encoders with something true in it: the cases above fail for what they hold, not for how it is packed."""
    pack = {"gzip": gzip.compress, "deflate": deflated, "zstd": zstd_frame}
    request = Request([span(1)])
    return [Body("traces", do(content), is_json, coding) for coding, do in pack.items()
            for is_json, content in ((True, to_json(request)["traces"]), (False, to_protobuf(request)["traces"]))]  # fmt: skip


def liars() -> list[Body]:
    """Streams that are cut off, have something behind, claim sizes and windows, or are no streams."""
    good = to_json(Request([span(1)]))["traces"]
    zipped, flat, framed = gzip.compress(good), deflated(good), zstd_frame(good)
    made = [("gzip", zipped[:-5]), ("gzip", zipped[:3]), ("gzip", zipped + b"junk"), ("gzip", zipped + zipped), ("gzip", b""), ("gzip", good),
            ("gzip", zipped[:-4] + b"\xff\xff\xff\xff"), ("gzip", zipped[:-8] + b"\0\0\0\0" + zipped[-4:]), ("gzip", b"\x1f\x8b" * 500),
            ("deflate", flat[:-3]), ("deflate", flat[2:-4]), ("deflate", flat + b"x"), ("deflate", b""), ("deflate", b"\xff" * 99),
            ("zstd", framed[:-1]), ("zstd", framed + b"x"), ("zstd", framed + framed), ("zstd", b""), ("zstd", b"\x28\xb5\x2f\xfd"),
            ("zstd", zstd_frame(good, claims=1 << 62)), ("zstd", zstd_frame(good, claims=1)), ("zstd", zstd_frame(good, window_log=31)),
            ("zstd", zstd_frame(b"x", times=100, claims=60 * MIB)), ("zstd", b"\x50\x2a\x4d\x18" + b"\xff\xff\xff\x7f"), ("br", good), ("x" * 500, good),
            ("\xfc", good), ("gzip\t", zipped), ("identity", good)]  # fmt: skip
    return [Body("traces", content, True, coding) for coding, content in made]


def empty_spans(count: int) -> list[Body]:
    """Two bytes each on the wire, some 230 in memory."""
    body = b"\x12\x00" * count
    scope = b"\x12" + _varint(len(body)) + body
    return [Body("traces", b"\x0a" + _varint(len(scope)) + scope, False)]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def many_values(mib: int) -> list[Body]:
    """JSON of as many values as fit: a node takes forty times the memory of a "0,"."""
    size = mib * MIB
    zeros = b"[" + b"0," * (size // 2) + b"0]"
    spans = b'{"resourceSpans":[{"scopeSpans":[{"spans":[' + b"{}," * (size // 3) + b"{}]}]}]}"
    keys = b'{"resourceSpans":[{"resource":{"attributes":[' + b'{"key":""},' * (size // 11) + b"{}]}}]}"
    return [Body("traces", content, True) for content in (zeros, spans, keys)]


CASES = [
    Case("packed_honestly", honest, Expect(spans=1), is_essential=True),
    Case("bomb_100_mib", lambda: simple(100), Expect(answers=TOO_LARGE), LIMITS, is_essential=True),
    Case("bomb_10_gib", lambda: simple(10_000), Expect(answers=TOO_LARGE), LIMITS, is_large=True),
    Case("bomb_in_a_bomb", nested, Expect(answers=frozenset({400, 415})), LIMITS),
    Case("packed_by_liars", liars, Expect(answers=frozenset({200, 400, 413, 415})), LIMITS),
    Case("empty_spans_30_million", lambda: empty_spans(30_000_000), Expect(answers=frozenset({400, 413}), why="memory"), LIMITS, is_large=True),
    Case("empty_spans_a_million", lambda: empty_spans(1_000_000), Expect(answers=EITHER, why="memory"),
         Limits(seconds=30, memory_mib=3000, server_memory_mib=1600), is_large=True),
    Case("empty_spans_100000", lambda: empty_spans(100_000), Expect(rejected=100_000, why="valid trace id")),
    Case("many_values_60_mib", lambda: many_values(60), Expect(answers=frozenset({200, 400, 413})),
         Limits(seconds=60, memory_mib=3000, server_memory_mib=1600), is_large=True),
]  # fmt: skip

"""Bytes that are no document, or not quite: cut off anywhere, with something behind, of another kind, of wrong types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from random import Random

from case import EITHER, REFUSED, Case, Expect
from delivery import Body
from shapes import CHAT, span
from wire import Event, Link, Log, Point, Request, fixed64, message, number, to_json, to_protobuf, varint

SEED = 5


def small() -> Request:
    return Request([span(1, 9, name="s", attributes={**CHAT, "list": [1, 2.5, True, {"a": None}]}, events=[Event(attributes={"k": "v"})],
                         links=[Link(attributes={"k": 1})])],
                   logs=[Log(body={"a": ["x"]})], points=[Point("m", unit="1", attributes={"k": "v"})])  # fmt: skip


def cut(samples: int, signals: tuple[str, ...] = ("traces",)) -> list[Body]:
    """Each encoding's document, cut at so many bytes of it: all of the first and last ones, others by chance."""
    random = Random(SEED)
    bodies = []
    for is_json, contents in ((True, to_json(small())), (False, to_protobuf(small()))):
        for signal in signals:
            content = contents[signal]
            places = {*range(8), *range(len(content) - 8, len(content)), *random.sample(range(len(content)), min(samples, len(content)))}
            bodies += [Body(signal, content[:place], is_json) for place in sorted(places)]
    return bodies


def behind() -> list[Body]:
    """A whole document with something behind or in front of it. JSON says no; protobuf takes what may be one more field."""
    good, proto = to_json(small())["traces"], to_protobuf(small())["traces"]
    tails = (b"x", b"{}", good, b"\0", b"]", b"}", b",", b"\xff", b"//", b"\xef\xbb\xbf", b"\x1b[2J", b"null")
    heads = (b"\xef\xbb\xbf", b"\0", b"[", b"\xff\xfe", b"// \n", b")]}'\n", b"\x1f\x8b")
    others = (b"", b" ", b"null", b"[]", b"1", b'"x"', b"[" * 200_000, b'{"a":' * 100_000, good.decode().encode("utf-16"), b"\0" * 100, b"{" * 100,
              b'{"resourceSpans":{}}', b'{"resourceSpans":[[]]}', b'{"resourceSpans":[null]}', b'{"resourceSpans":[{"scopeSpans":[{"spans":[null]}]}]}',
              b'{"":""}', b'{"resourceSpans":[],"resourceSpans":[]}', b'{"\\ud800":1}', b"\xff" * 100)  # fmt: skip
    return [*(Body("traces", good + tail, True) for tail in tails), *(Body("traces", head + good, True) for head in heads),
            *(Body("traces", other, True) for other in others), *(Body("traces", proto + tail, False) for tail in tails),
            *(Body("traces", other, False) for other in others)]  # fmt: skip


def leaves(node: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Paths to every value of a document."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from leaves(child, (*path, key))


def replaced(document: object, path: tuple[object, ...], value: object) -> bytes:
    copy = json.loads(json.dumps(document))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if not path:
        return json.dumps(value).encode()
    at[path[-1]] = value
    return json.dumps(copy).encode()


def wrong_types(every: int) -> list[Body]:
    """JSON with one value of another type, at every place of all three signals; every so-manieth of them."""
    odd: tuple[object, ...] = (None, True, -1, 1.5, "\x1b[2J", "", [], {}, [[]], [{}], {"a": 1})
    bodies = []
    for signal, content in to_json(small()).items():
        document = json.loads(content)
        bodies += [Body(signal, replaced(document, path, value), True) for path in leaves(document) for value in odd]
    return bodies[::every]


def other_signals() -> list[Body]:
    """One signal's request where another is taken."""
    bodies = []
    for is_json, contents in ((True, to_json(small())), (False, to_protobuf(small()))):
        bodies += [Body(signal, content, is_json) for signal in contents for content in contents.values()]
    return bodies


def odd_protobuf() -> list[Body]:
    """Lengths, tags and wire types that are none."""
    proto = to_protobuf(small())["traces"]
    span_with = partial(message, 2)
    inner = message(1, span(1).trace) + message(2, span(1).id)

    def of_span(fields: bytes) -> bytes:
        return message(1, message(2, span_with(inner + fields)))

    bad = [varint(1 << 3 | 2) + varint(length) + b"x" for length in (1 << 31, 1 << 32, (1 << 63), (1 << 64) - 1)]
    bad += [b"\x0a" + b"\xff" * 9 + b"\x7f", b"\x0a" + b"\x80" * 20, b"\x00", b"\x07", b"\x0b\x0c", b"\x0b" * 10_000, b"\x0c", b"\xff" * 11,
            of_span(number(5, 1)), of_span(fixed64(5, 1)), of_span(message(7, b"x")), of_span(b"\x4b" * 1000), of_span(message(9, b"\x0a\xff")),
            of_span(varint((1 << 29) << 3 | 2) + b"\x00"), of_span(message(16, b"\xff" * 100)), of_span(message(19_000, b"")),
            of_span(message(9, message(2, message(1, b"x") + number(3, 7) + message(5, b"")))), of_span(number(6, (1 << 64) - 1)),
            of_span(message(15, number(3, (1 << 64) - 1))), of_span(message(5, b"a") + message(5, b"b")), of_span(message(2, b"\2" * 8))]  # fmt: skip
    random = Random(SEED)
    flipped = []
    for _ in range(60):
        copy = bytearray(proto)
        for _ in range(random.randint(1, 4)):
            copy[random.randrange(len(copy))] = random.randrange(256)
        flipped.append(bytes(copy))
    return [Body("traces", content, False) for content in bad + flipped]


def bytes_flipped_in_json() -> list[Body]:
    good = to_json(small())["traces"]
    random = Random(SEED)
    bodies = []
    for _ in range(80):
        copy = bytearray(good)
        for _ in range(random.randint(1, 3)):
            copy[random.randrange(len(copy))] = random.randrange(256)
        bodies.append(Body("traces", bytes(copy), True))
    return bodies


CASES = [
    Case("cut_off_sampled", lambda: cut(8), Expect(answers=EITHER), is_essential=True),
    Case("cut_off", lambda: cut(150, ("traces", "logs", "metrics")), Expect(answers=EITHER), is_large=True),
    Case("cut_off_json_is_refused", lambda: [b for b in cut(10) if b.is_json and b.content], Expect(answers=REFUSED, why="byte")),
    Case("something_behind", behind, Expect(answers=EITHER)),
    Case("wrong_types_sampled", lambda: wrong_types(40), Expect(answers=EITHER)),
    Case("wrong_types", lambda: wrong_types(4), Expect(answers=EITHER), is_large=True),
    Case("other_signals", other_signals, Expect(answers=EITHER)),
    Case("odd_protobuf", odd_protobuf, Expect(answers=EITHER), is_essential=True),
    Case("bytes_flipped_in_json", bytes_flipped_in_json, Expect(answers=EITHER)),
]  # fmt: skip

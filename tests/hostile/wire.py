"""OTLP requests as plain values, to bytes in both encodings, without any check: what no SDK would send is the point.

A value is str, bytes (a string that need not be UTF-8), Blob (bytes), bool, int, float, None, list, dict or list of Pair.
A str with lone surrogates is escaped in JSON, and invalid UTF-8 in protobuf."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MASK_64 = (1 << 64) - 1


class Blob(bytes):
    """Bytes that are meant as bytes."""


@dataclass(frozen=True)
class Pair:
    """One attribute. A list of them, instead of a dict, may name a key twice."""

    key: str | bytes
    value: Any


def pairs(attributes: dict[Any, Any] | Iterable[Pair]) -> list[Pair]:
    return [Pair(k, v) for k, v in attributes.items()] if isinstance(attributes, dict) else list(attributes)


@dataclass
class Span:
    trace: bytes = b"\x10" * 16
    id: bytes = b"\x01" * 8
    parent: bytes = b""
    name: str | bytes = "span"
    kind: int = 1
    start: int = 1_700_000_000_000_000_000
    end: int = 1_700_000_001_000_000_000
    attributes: Any = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    code: int = 0
    message: str | bytes = ""
    state: str | bytes = ""
    dropped: int = 0


@dataclass
class Event:
    name: str | bytes = "event"
    time: int = 1_700_000_000_500_000_000
    attributes: Any = field(default_factory=dict)


@dataclass
class Link:
    trace: bytes = b"\x20" * 16
    id: bytes = b"\x02" * 8
    state: str | bytes = ""
    attributes: Any = field(default_factory=dict)


@dataclass
class Log:
    trace: bytes = b""
    id: bytes = b""
    time: int = 1_700_000_000_600_000_000
    severity: str | bytes = "INFO"
    body: Any = "said"
    name: str | bytes = ""
    attributes: Any = field(default_factory=dict)


@dataclass
class Point:
    """A gauge with one point of it."""

    name: str | bytes = "gauge"
    description: str | bytes = ""
    unit: str | bytes = ""
    time: int = 1_700_000_000_700_000_000
    value: float = 1.5
    attributes: Any = field(default_factory=dict)


@dataclass
class Request:
    """All records of one sender. `scope` and `resource` are of all of them."""

    spans: list[Span] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    service: str | bytes = "hostile"
    resource: Any = field(default_factory=dict)
    scope: str | bytes = "corpus"
    version: str | bytes = ""
    schema: str | bytes = ""


# JSON


def json_text(text: str | bytes) -> bytes:
    if isinstance(text, str):
        return json.dumps(text).encode()
    escaped = text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'"' + re.sub(rb"[\x00-\x1f]", lambda control: b"\\u%04x" % control.group()[0], escaped) + b'"'


def json_list(items: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"


def json_object(**members: bytes) -> bytes:
    return b"{" + b",".join(json_text(key.rstrip("_")) + b":" + value for key, value in members.items()) + b"}"


def json_float(number: float) -> bytes:
    if math.isnan(number):
        return b'"NaN"'
    return b'"Infinity"' if number == math.inf else b'"-Infinity"' if number == -math.inf else repr(number).encode()


def json_value(value: Any) -> bytes:
    if isinstance(value, Blob):
        import base64

        return json_object(bytesValue=json_text(base64.b64encode(value).decode()))
    if isinstance(value, str | bytes):
        return json_object(stringValue=json_text(value))
    if isinstance(value, bool):
        return json_object(boolValue=b"true" if value else b"false")
    if isinstance(value, int):
        return json_object(intValue=b'"%d"' % value)
    if isinstance(value, float):
        return json_object(doubleValue=json_float(value))
    if value is None:
        return b"{}"
    if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], Pair)):
        return json_object(kvlistValue=json_object(values=json_attributes(value)))
    return json_object(arrayValue=json_object(values=json_list(json_value(item) for item in value)))


def json_attributes(attributes: Any) -> bytes:
    return json_list(json_object(key=json_text(p.key), value=json_value(p.value)) for p in pairs(attributes))


def json_id(identifier: bytes) -> bytes:
    return b'"' + identifier.hex().encode() + b'"'


def json_span(span: Span) -> bytes:
    return json_object(
        traceId=json_id(span.trace), spanId=json_id(span.id), parentSpanId=json_id(span.parent), traceState=json_text(span.state),
        name=json_text(span.name), kind=b"%d" % span.kind, startTimeUnixNano=b'"%d"' % span.start,
        endTimeUnixNano=b'"%d"' % span.end, attributes=json_attributes(span.attributes), droppedAttributesCount=b"%d" % span.dropped,
        events=json_list(json_object(timeUnixNano=b'"%d"' % e.time, name=json_text(e.name), attributes=json_attributes(e.attributes))
                         for e in span.events),
        links=json_list(json_object(traceId=json_id(k.trace), spanId=json_id(k.id), traceState=json_text(k.state),
                                    attributes=json_attributes(k.attributes)) for k in span.links),
        status=json_object(code=b"%d" % span.code, message=json_text(span.message)))  # fmt: skip


def json_log(log: Log) -> bytes:
    return json_object(
        timeUnixNano=b'"%d"' % log.time, severityNumber=b"9", severityText=json_text(log.severity), body=json_value(log.body),
        attributes=json_attributes(log.attributes), traceId=json_id(log.trace), spanId=json_id(log.id),
        eventName=json_text(log.name))  # fmt: skip


def json_point(point: Point) -> bytes:
    data = json_object(attributes=json_attributes(point.attributes), timeUnixNano=b'"%d"' % point.time,
                       asDouble=json_float(point.value))  # fmt: skip
    return json_object(name=json_text(point.name), description=json_text(point.description), unit=json_text(point.unit),
                       gauge=json_object(dataPoints=json_list([data])))  # fmt: skip


def to_json(request: Request) -> dict[str, bytes]:
    """Signal name -> body, for those signals that the request has."""
    resource = json_object(attributes=json_attributes([Pair("service.name", request.service), *pairs(request.resource)]))
    scope = json_object(name=json_text(request.scope), version=json_text(request.version))

    def body(signal: str, scopes: str, records: str, items: list[bytes]) -> bytes:
        inner = json_object(**{"scope": scope, "schemaUrl": json_text(request.schema), records: json_list(items)})
        outer = json_object(**{"resource": resource, "schemaUrl": json_text(request.schema), scopes: json_list([inner])})
        return json_object(**{signal: json_list([outer])})

    bodies = {}
    if request.spans:
        bodies["traces"] = body("resourceSpans", "scopeSpans", "spans", [json_span(s) for s in request.spans])
    if request.logs:
        bodies["logs"] = body("resourceLogs", "scopeLogs", "logRecords", [json_log(s) for s in request.logs])
    if request.points:
        bodies["metrics"] = body("resourceMetrics", "scopeMetrics", "metrics", [json_point(s) for s in request.points])
    return bodies


# Protobuf


def varint(number: int) -> bytes:
    out = bytearray()
    number &= MASK_64
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def message(tag: int, content: bytes) -> bytes:
    return varint(tag << 3 | 2) + varint(len(content)) + content


def number(tag: int, value: int) -> bytes:
    return varint(tag << 3) + varint(value)


def fixed64(tag: int, value: int) -> bytes:
    return varint(tag << 3 | 1) + struct.pack("<Q", value & MASK_64)


def text(tag: int, value: str | bytes) -> bytes:
    return message(tag, value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value)


def proto_value(value: Any) -> bytes:
    if isinstance(value, Blob):
        return message(7, value)
    if isinstance(value, str | bytes):
        return text(1, value)
    if isinstance(value, bool):
        return number(2, int(value))
    if isinstance(value, int):
        return number(3, value)
    if isinstance(value, float):
        return varint(4 << 3 | 1) + struct.pack("<d", value)
    if value is None:
        return b""
    if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], Pair)):
        return message(6, proto_attributes(1, value))
    return message(5, b"".join(message(1, proto_value(item)) for item in value))


def proto_attributes(tag: int, attributes: Any) -> bytes:
    return b"".join(message(tag, text(1, p.key) + message(2, proto_value(p.value))) for p in pairs(attributes))


def proto_span(s: Span) -> bytes:
    events = (fixed64(1, e.time) + text(2, e.name) + proto_attributes(3, e.attributes) for e in s.events)
    links = (message(1, k.trace) + message(2, k.id) + text(3, k.state) + proto_attributes(4, k.attributes) for k in s.links)
    return (message(1, s.trace) + message(2, s.id) + text(3, s.state) + message(4, s.parent) + text(5, s.name) + number(6, s.kind)
            + fixed64(7, s.start) + fixed64(8, s.end) + proto_attributes(9, s.attributes) + number(10, s.dropped)
            + b"".join(message(11, e) for e in events) + b"".join(message(13, k) for k in links)
            + message(15, text(2, s.message) + number(3, s.code)))  # fmt: skip


def proto_log(log: Log) -> bytes:
    return (fixed64(1, log.time) + number(2, 9) + text(3, log.severity) + message(5, proto_value(log.body))
            + proto_attributes(6, log.attributes) + message(9, log.trace) + message(10, log.id) + text(12, log.name))  # fmt: skip


def proto_point(p: Point) -> bytes:
    data = fixed64(3, p.time) + varint(4 << 3 | 1) + struct.pack("<d", p.value) + proto_attributes(7, p.attributes)
    return text(1, p.name) + text(2, p.description) + text(3, p.unit) + message(5, message(1, data))


def to_protobuf(request: Request) -> dict[str, bytes]:
    """The same as protobuf."""
    resource = proto_attributes(1, [Pair("service.name", request.service), *pairs(request.resource)])
    scope = message(1, text(1, request.scope) + text(2, request.version))

    def body(records: list[bytes]) -> bytes:
        inner = scope + b"".join(message(2, record) for record in records) + text(3, request.schema)
        return message(1, message(1, resource) + message(2, inner) + text(3, request.schema))

    bodies = {}
    if request.spans:
        bodies["traces"] = body([proto_span(s) for s in request.spans])
    if request.logs:
        bodies["logs"] = body([proto_log(s) for s in request.logs])
    if request.points:
        bodies["metrics"] = body([proto_point(s) for s in request.points])
    return bodies

"""The requests of agent.Agent, which use a few fields only, as OTLP protobuf: opentelemetry/proto/*/v1/*.proto."""

import struct

FIXED64, LENGTH = 1, 2


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """A length-delimited field, or a varint when the value is a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | LENGTH) + varint(len(value)) + value


def fixed64(number, value):
    return varint(number << 3 | FIXED64) + struct.pack("<Q", int(value) % 2**64)


def any_value(value):
    if "kvlistValue" in value:
        return field(6, b"".join(field(1, attribute(entry)) for entry in value["kvlistValue"]["values"]))
    return field(1, value["stringValue"])


def attribute(entry):
    return field(1, entry["key"]) + field(2, any_value(entry["value"]))


def attributes(number, record):
    return b"".join(field(number, attribute(entry)) for entry in record.get("attributes", ()))


def span_bytes(span):
    return (field(1, bytes.fromhex(span["traceId"])) + field(2, bytes.fromhex(span["spanId"])) + field(5, span["name"])
            + field(6, span["kind"]) + fixed64(7, span["startTimeUnixNano"]) + fixed64(8, span["endTimeUnixNano"])
            + attributes(9, span))


def log_bytes(log):
    out = fixed64(1, log["timeUnixNano"]) + field(2, log["severityNumber"])
    if "body" in log:
        out += field(5, any_value(log["body"]))
    out += attributes(6, log)
    if "traceId" in log:
        out += field(9, bytes.fromhex(log["traceId"])) + field(10, bytes.fromhex(log["spanId"]))
    return out + (field(12, log["eventName"]) if "eventName" in log else b"")


def metric_bytes(metric):
    """Gauges and sums of whole numbers."""
    kind, number = ("gauge", 5) if "gauge" in metric else ("sum", 7)
    points = b"".join(field(1, fixed64(2, point["startTimeUnixNano"]) + fixed64(3, point["timeUnixNano"])
                            + fixed64(6, point["asInt"]) + attributes(7, point)) for point in metric[kind]["dataPoints"])
    if kind == "sum":
        points += field(2, metric[kind]["aggregationTemporality"]) + field(3, int(metric[kind]["isMonotonic"]))
    return field(1, metric["name"]) + field(3, metric["unit"]) + field(number, points)


# Signal: the names of its three levels in OTLP/JSON, and how one record is written.
LEVELS = {"traces": ("resourceSpans", "scopeSpans", "spans", span_bytes),
          "logs": ("resourceLogs", "scopeLogs", "logRecords", log_bytes),
          "metrics": ("resourceMetrics", "scopeMetrics", "metrics", metric_bytes)}


def to_protobuf(request):
    """A document of one signal in OTLP/JSON as the message that its service takes."""
    resources, scopes, records, record_bytes = next(levels for levels in LEVELS.values() if levels[0] in request)
    out = b""
    for resource in request[resources]:
        inner = field(1, attributes(1, resource["resource"]))
        for scope in resource[scopes]:
            inner += field(2, field(1, field(1, scope["scope"]["name"]))
                           + b"".join(field(2, record_bytes(record)) for record in scope[records]))
        out += field(1, inner)
    return out

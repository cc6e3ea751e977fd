"""What the agents of the crash tests send: spans, log records and metric points, as OTLP/JSON. All of it follows from the
seed and the agent's number, and is told apart afterwards by what makes it unique: a span by its trace and span id, a log
record and a metric point by its time. Each request of spans carries a word of its own, and so does each log record that
tells of a span."""

import functools
import hashlib
import json
import random
from dataclasses import dataclass, field

from otlp_protobuf import LEVELS, to_protobuf

SPANS_PER_REQUEST_MAX = 50
SPANS_PER_TRACE_MAX = 120  # then the agent begins a new conversation
NOTES_PER_REQUEST_MAX = 10
POINTS_PER_REQUEST_MAX = 20
RECENT_NS = 1_700_000_000_000_000_000
LONG_AGO_NS = 1_260_000_000_000_000_000  # 2009: what `prune --older-than` may take
AGENTS_MAX = 1000  # the last three digits of a time
SIGNALS = tuple(LEVELS)

WORDS = ("read", "the", "file", "again", "build", "failed", "at", "line", "zebra", "größer", "tool", "\n", '"quoted"')
MARK = "mark"  # how the words begin that are in one request only


def digest(attributes):
    """Of the attributes of one record, {key: text}."""
    return hashlib.blake2b(json.dumps(attributes, sort_keys=True).encode(), digest_size=12).digest()


def key_values(attributes):
    return [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]


def message(role, text):
    return {"role": role, "parts": [{"type": "text", "content": text}]}


@dataclass
class Request:
    """One request, and what must be there when it has been acknowledged."""
    signal: str
    document: dict
    ids: set = field(default_factory=set)  # "span TRACE SPAN", "log TIME", "point TIME"
    contents: dict = field(default_factory=dict)  # (trace, id of a span or of a log record): digest of its attributes
    values: dict = field(default_factory=dict)  # point's id: its value
    marks: set = field(default_factory=set)  # words that are found as soon as this request is in the index
    told: dict = field(default_factory=dict)  # word: id of the span it belongs to, which is in another request
    tells: dict = field(default_factory=dict)  # log record's id: the same

    @functools.cached_property
    def body(self):
        return json.dumps(self.document, ensure_ascii=False).encode()

    @functools.cached_property
    def protobuf(self):
        return to_protobuf(self.document)


class Agent:
    """One conversation after the other: each LLM span carries the whole history, as agents do, or log records tell it."""

    def __init__(self, seed, number, begin_ns=RECENT_NS, likeness=None, signals=SIGNALS, resource=None):
        """`likeness`: the number of another agent, whose conversations this one has again, under its own ids. `resource`: more
        attributes of it."""
        assert 0 <= number < AGENTS_MAX
        self._random = random.Random(f"{seed}/{number if likeness is None else likeness}")
        self._number, self._begin_ns, self._signals = number, begin_ns, signals
        self._resource = key_values({"service.name": f"agent-{number}"} | (resource or {}))
        self._traces = self._times = self._marks = 0
        self._waiting = []
        self._begin_trace()

    def _begin_trace(self):
        self._traces += 1
        self.trace_id = f"{self._number + 1:08x}{self._traces:08x}{self._random.getrandbits(64):016x}"
        self._spans = 0
        self._history = []

    def _text(self, words_max):
        return " ".join(self._random.choices(WORDS, k=self._random.randint(3, words_max)))

    def _mark(self):
        self._marks += 1
        return f"{MARK}{self._number}x{self._marks}"

    def _time(self):
        """One that no other record has."""
        self._times += 1
        return self._begin_ns + self._times * AGENTS_MAX + self._number

    def request(self):
        """The next request."""
        if not self._waiting:
            self._waiting = self._turn()
        return self._waiting.pop(0)

    def _turn(self):
        """A request of each signal in any order: log records come before the spans they tell of, too."""
        if self._spans >= SPANS_PER_TRACE_MAX:
            self._begin_trace()
        spans, logs = Request("traces", {}), Request("logs", {})
        mark = self._mark()
        spans.marks.add(mark)
        records = [self._span(spans, logs, mark if at == 0 else "")
                   for at in range(self._random.randint(1, SPANS_PER_REQUEST_MAX))]
        notes = [self._note(logs) for _ in range(self._random.randint(1, NOTES_PER_REQUEST_MAX))]
        spans.document = self._document("traces", records)
        logs.document = self._document("logs", logs.document.get("records", []) + notes)
        turn = [request for request in (spans, logs, self._metrics()) if request.signal in self._signals]
        self._random.shuffle(turn)
        return turn

    def _document(self, signal, records):
        resources, scopes, name, _ = LEVELS[signal]
        return {resources: [{"resource": {"attributes": self._resource}, scopes: [{"scope": {"name": "crash"}, name: records}]}]}

    def _span(self, spans, logs, mark):
        self._spans += 1
        is_llm = self._spans % 2 == 1
        span_id = f"{self._number + 1:04x}{self._traces:06x}{self._spans:06x}"
        start = self._begin_ns + self._spans * 1_000_000
        if is_llm:
            self._history.append(message("user" if self._spans == 1 else "tool", f"{mark} {self._text(200)}"))
            answer = message("assistant", self._text(60))
            attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o",
                          "gen_ai.conversation.id": f"crash-{self.trace_id}"}
            content = {"gen_ai.input.messages": json.dumps(self._history, ensure_ascii=False),
                       "gen_ai.output.messages": json.dumps([answer], ensure_ascii=False)}
            if not mark and self._random.random() < 0.1 and "logs" in self._signals:
                self._tell(logs, span_id, content)
            else:
                attributes |= content
            self._history.append(answer)
        else:
            attributes = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "read_file",
                          "gen_ai.tool.call.result": f"{mark} {self._text(200)}"}
        spans.ids.add(f"span {self.trace_id} {span_id}")
        spans.contents[self.trace_id, f"span {self.trace_id} {span_id}"] = digest(attributes)
        return {"traceId": self.trace_id, "spanId": span_id, "name": "chat gpt-4o" if is_llm else "execute_tool",
                "kind": 3, "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + 900_000),
                "attributes": key_values(attributes)}

    def _tell(self, logs, span_id, content):
        """What was said stands in log records: one with all of it, or one a message."""
        mark = self._mark()
        logs.told[mark] = f"span {self.trace_id} {span_id}"
        if self._random.random() < 0.5:
            said = json.loads(content["gen_ai.input.messages"]) + [message("user", f"{mark} {self._text(9)}")]
            content["gen_ai.input.messages"] = json.dumps(said, ensure_ascii=False)
            self._log(logs, {"eventName": "gen_ai.client.inference.operation.details"}, content, span_id)
        else:
            for name, text in (("gen_ai.user.message", f"{mark} {self._text(90)}"), ("gen_ai.choice", self._text(60))):
                body = {"kvlistValue": {"values": key_values({"content": text})}}
                if name == "gen_ai.choice":
                    said = {"kvlistValue": {"values": key_values({"role": "assistant", "content": text})}}
                    body = {"kvlistValue": {"values": [{"key": "message", "value": said}]}}
                self._log(logs, {"eventName": name, "body": body}, {"gen_ai.system": "openai"}, span_id)

    def _log(self, logs, record, attributes, span_id):
        time = str(self._time())
        record |= {"timeUnixNano": time, "severityNumber": 9, "attributes": key_values(attributes),
                   "traceId": self.trace_id, "spanId": span_id}
        logs.document.setdefault("records", []).append(record)
        logs.ids.add(f"log {time}")
        logs.contents[self.trace_id, f"log {time}"] = digest(attributes)
        logs.tells[f"log {time}"] = f"span {self.trace_id} {span_id}"

    def _note(self, logs):
        """A log record that belongs to no span."""
        time = str(self._time())
        logs.ids.add(f"log {time}")
        return {"timeUnixNano": time, "severityNumber": 9, "body": {"stringValue": self._text(20)}}

    def _metrics(self):
        request = Request("metrics", {})
        points = {"gauge": [], "sum": []}
        for _ in range(self._random.randint(1, POINTS_PER_REQUEST_MAX)):
            time, value = str(self._time()), self._random.randint(0, 10**6)
            request.ids.add(f"point {time}")
            request.values[f"point {time}"] = value
            points[self._random.choice(("gauge", "sum"))].append(
                {"startTimeUnixNano": str(self._begin_ns), "timeUnixNano": time, "asInt": str(value),
                 "attributes": key_values({"kind": self._random.choice(WORDS)})})
        metrics = [{"name": "crash.gauge", "unit": "1", "gauge": {"dataPoints": points["gauge"]}},
                   {"name": "crash.sum", "unit": "By",
                    "sum": {"aggregationTemporality": 2, "isMonotonic": True, "dataPoints": points["sum"]}}]
        request.document = self._document("metrics", [metric for metric in metrics
                                                      if (metric.get("gauge") or metric["sum"])["dataPoints"]])
        return request

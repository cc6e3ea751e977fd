"""Who was promised what: everything that was sent, what of it was acknowledged, and the judgement of what a store holds."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field

AGENT_DIGITS = 8  # of a trace id: whose it is (agent.py)


class Failure(Exception):
    """The promise is broken, or the program does not do what the test needs."""


@dataclass
class Verdict:
    lost: list
    twice: list
    strange: list

    def __bool__(self):
        return not (self.lost or self.twice or self.strange)

    def __str__(self):
        return f"{len(self.lost)} lost, {len(self.twice)} twice" + (
            f", {len(self.strange)} that nobody sent" if self.strange else "")

    def demand(self):
        if not self:
            raise Failure(f"{self}; first of each: lost {self.lost[:1]}, twice {self.twice[:1]}, strange {self.strange[:1]}")


def judge(acknowledged, sent, found):
    """`found` is a Counter of what the store holds. What was sent and not acknowledged may be there or not."""
    return Verdict(lost=sorted(acknowledged - found.keys()), twice=sorted(i for i, times in found.items() if times > 1),
                   strange=sorted(found.keys() - sent))


@dataclass
class Promises:
    """The state of a ledger at one moment."""
    acknowledged: set = field(default_factory=set)
    sent: set = field(default_factory=set)
    marks: set = field(default_factory=set)  # words that must be found
    marks_sent: set = field(default_factory=set)

    def count(self, kind):
        """How many spans, log records ("log") or metric points ("point") were acknowledged."""
        return sum(1 for id in self.acknowledged if id.startswith(kind))

    def __str__(self):
        return f"{self.count('span')} spans, {self.count('log')} log records, {self.count('point')} metric points"


class Ledger:
    """Any thread may write to it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._now = Promises()  # this and all below is guarded by _lock
        self._told = {}  # word in a log record: the span it tells of, while not both are acknowledged
        self._contents = defaultdict(dict)  # trace: id: digest of what was sent
        self._tells = {}  # log record's id: the span's
        self._values = {}
        self._changed = set()  # traces of which something was acknowledged since they were last asked for

    def send(self, request):
        with self._lock:
            self._now.sent |= request.ids
            self._now.marks_sent |= request.marks | request.told.keys()
            self._values |= request.values
            self._tells |= request.tells
            for (trace, id), content in request.contents.items():
                self._contents[trace][id] = content

    def acknowledge(self, request):
        with self._lock:
            self._now.acknowledged |= request.ids
            self._now.marks |= request.marks
            self._told |= request.told
            self._changed |= {trace for trace, _ in request.contents}
            for mark in [mark for mark, span in self._told.items() if span in self._now.acknowledged]:
                self._now.marks.add(mark)
                del self._told[mark]

    def promises(self):
        with self._lock:
            return Promises(*(set(part) for part in (self._now.acknowledged, self._now.sent, self._now.marks,
                                                     self._now.marks_sent)))

    def acknowledged_count(self):
        with self._lock:
            return len(self._now.acknowledged)

    def take_changed(self):
        with self._lock:
            changed, self._changed = self._changed, set()
            return sorted(changed)

    def traces(self):
        with self._lock:
            return sorted(self._contents)

    def finished_traces(self):
        """Traces to which their agent adds nothing any more: it has begun a later one, and all of them was acknowledged."""
        with self._lock:
            latest = {}
            for trace in sorted(self._contents):
                latest[trace[:AGENT_DIGITS]] = trace
            return sorted(trace for trace, sent in self._contents.items() if trace not in latest.values()
                          and sent.keys() <= self._now.acknowledged)

    def contents(self, trace):
        """{id: digest} of what was sent of a trace, which of these ids were acknowledged, and {log record: span}."""
        with self._lock:
            sent = dict(self._contents[trace])
            return sent, sent.keys() & self._now.acknowledged, {id: self._tells[id] for id in sent if id in self._tells}

    def values(self):
        with self._lock:
            return dict(self._values)

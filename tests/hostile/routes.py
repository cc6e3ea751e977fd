"""Every route of /api, as /api/openapi.json lists them, asked about everything that is there (up to a number)."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from urllib.parse import quote

from delivery import Server
from output import parse_json, wrong_json

KEYS_MAX = 12
SPANS_MAX = 3
SECONDS_MAX = 10.0


class Found:
    """What arguments in paths can stand for, as the answers themselves tell."""

    def __init__(self, server: Server, sessions_max: int) -> None:
        self.sessions = [s["id"] for s in self._items(server, "/api/sessions?limit=1000", "sessions")][:sessions_max]
        self.spans = [span for session in self.sessions
                      for span in self._items(server, f"/api/sessions/{session}/spans?limit=50", "spans")]  # fmt: skip
        self.contexts = [span["input_context"] for span in self.spans if span["input_context"]][:SPANS_MAX]

    @staticmethod
    def _items(server: Server, target: str, name: str) -> list[dict]:
        status, body = server.get(target)
        return json.loads(body)[name] if status == 200 else []

    def targets(self, path: str) -> Iterator[str]:
        """The path with its arguments filled in."""
        if path == "/api/spans/{trace_id}/{span_id}/attributes/{key}":
            for span in self.spans[:SPANS_MAX]:
                for key in itertools.islice(span["attributes"], KEYS_MAX):
                    if key:
                        yield f"/api/spans/{span['trace_id']}/{span['span_id']}/attributes/{quote(key, safe='')}"
        elif path == "/api/spans/{trace_id}/{span_id}/events/{event}/attributes/{key}":
            for span in self.spans[:SPANS_MAX]:
                for number, event in enumerate(span["events"][:SPANS_MAX]):
                    for key in itertools.islice(event["attributes"], KEYS_MAX):
                        if key:
                            at = f"/api/spans/{span['trace_id']}/{span['span_id']}/events/{number}"
                            yield f"{at}/attributes/{quote(key, safe='')}"
        elif "{session}" in path:
            yield from (path.replace("{session}", session) for session in self.sessions)
        elif "{context}" in path:
            for context in self.contexts:
                yield path.replace("{context}", context).replace("{position}", "0")
        elif "{" in path:
            raise LookupError(f"routes.py does not know what stands in {path}")
        else:
            yield path


def queries(parameters: list[dict], word: str) -> Iterator[str]:
    """Each parameter alone, with those that must be there."""
    in_query = [p for p in parameters if p["in"] == "query"]
    required = {p["name"]: p["example"] for p in in_query if p["required"]}
    if "q" in required:
        required["q"] = word
    yield "&".join(f"{k}={quote(str(v))}" for k, v in required.items())
    for p in in_query:
        if p["name"] not in ("cursor", "session") and not p["required"]:
            yield "&".join(f"{k}={quote(str(v))}" for k, v in {**required, p["name"]: p["example"]}.items())


def ask_all(server: Server, word: str, sessions_max: int, seconds_max: float) -> Iterator[tuple[str, list[str], float]]:
    """(target, what is wrong with its answer, seconds) of every route."""
    _, described = server.get("/api/openapi.json")
    found = Found(server, sessions_max)
    for path, operations in parse_json(described)["paths"].items():  # type: ignore[index, call-overload]
        for target in found.targets(path):
            # Attribute keys that are no UTF-8 cannot be asked for: 404, and 400 for those that no path holds.
            allowed = {200, 400, 404} if "/attributes/" in target else {200}
            is_first = True
            for query in queries(operations["get"]["parameters"], word):
                if not is_first and target != next(iter(found.targets(path)), None):
                    break  # one object with every parameter is enough
                is_first = False
                whole = target + (f"?{query}" if query else "")
                begin = time.monotonic()
                status, body = server.get(whole)
                took = time.monotonic() - begin
                wrong = wrong_json(body)
                if status not in allowed:
                    wrong.append(f"status {status}: {body[:200]!r}")
                if took > seconds_max:
                    wrong.append(f"took {took:.1f} s")
                yield whole, wrong, took
    for target in ("/metrics", "/healthz"):
        status, body = server.get(target)
        yield target, [] if status == 200 and b"\x1b" not in body else [f"status {status}"], 0.0

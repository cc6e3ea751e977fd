#!/usr/bin/env python3
"""The HTTP API of a real `strobe serve`: what /api/openapi.json says is what the server does, and the other way round.

usage: api_test.py STROBE
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from urllib.parse import quote

from jsonschema import Draft202012Validator

from prometheus_text import parse
from served import Answer, Served

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests/golden/shared/mender.json"
METRICS_PAGE = ROOT / "docs/reference/metrics.md"

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
HOSTILE_KEY = 'a/b "c"; x=y?#%'
LONG_TEXT = "A long text. " * 1000


def attribute(key: str, text: str) -> dict[str, object]:
    return {"key": key, "value": {"stringValue": text}}


def recorded_span() -> dict[str, object]:
    """A span that has what the sample lacks: an event, a long value, a key with everything in it."""
    event = {"timeUnixNano": "1700000001000000000", "name": "said", "attributes": [attribute("long", LONG_TEXT)]}
    return {
        "traceId": TRACE, "spanId": SPAN, "name": "odd", "startTimeUnixNano": "1600000000000000000",
        "endTimeUnixNano": "1600000001000000000", "events": [event],
        "attributes": [attribute(HOSTILE_KEY, "here"), attribute("long", LONG_TEXT), attribute("script", "<script>alert(1)</script>")],
    }  # fmt: skip


class ApiCase(unittest.TestCase):
    program = ""
    served: Served

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        store = Path(folder.name) / "strobe.db"
        subprocess.run([cls.program, "--store", str(store), "import", str(SAMPLE)], check=True, capture_output=True)
        cls.served = cls.enterClassContext(Served(cls.program, store))
        assert cls.served.record([recorded_span()]).status == 200
        cls.wait_until(lambda: len(cls.served.get("/api/sessions").json["sessions"]) == 2)

    @staticmethod
    def wait_until(condition, seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "this never came true"
            time.sleep(0.05)

    def openapi(self) -> dict[str, object]:
        return self.served.get("/api/openapi.json").json

    def arguments_in_path(self) -> dict[str, str]:
        """For every name in braces a value that the sample has."""
        spans = self.served.get("/api/sessions/mend-the-build/spans").json["spans"]
        context = next(span["input_context"] for span in spans if span["input_context"])
        return {"session": "last", "context": context, "position": "0", "trace_id": TRACE, "span_id": SPAN, "event": "0", "key": "long"}

    def target_of(self, path: str) -> str:
        for name, value in self.arguments_in_path().items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        return path

    def assert_error(self, answer: Answer, status: int, what: str) -> None:
        self.assertEqual(answer.status, status, f"{what}: {answer.body[:300]!r}")
        self.assertEqual(answer.headers["content-type"], "application/json", what)
        self.assert_valid(answer.json, "Error", what)

    def assert_valid(self, value: object, schema: str, what: str) -> None:
        document = {"$ref": f"#/components/schemas/{schema}", "components": self.components()}
        errors = [f"{list(error.absolute_path)}: {error.message[:300]}" for error in Draft202012Validator(document).iter_errors(value)]
        self.assertEqual(errors, [], what)

    def components(self) -> object:
        if not hasattr(type(self), "_components"):
            type(self)._components = self.openapi()["components"]
        return type(self)._components


class Contract(ApiCase):
    """The description against the handlers."""

    def test_every_route_answers_as_described(self) -> None:
        for path, operations in self.openapi()["paths"].items():
            with self.subTest(path=path):
                self.assertEqual(list(operations), ["get"])
                required = [p for p in operations["get"]["parameters"] if p["in"] == "query" and p["required"]]
                query = "&".join(f"{p['name']}={quote(str(p['example']))}" for p in required)
                answer = self.served.get(self.target_of(path) + (f"?{query}" if query else ""))
                self.assertEqual(answer.status, 200, answer.body[:300])
                self.assertEqual(answer.headers["content-type"], "application/json")
                self.assertEqual(answer.headers["cache-control"], "no-store")
                self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
                self.assertFalse([name for name in answer.headers if name.startswith("access-control-")])
                schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
                self.assert_valid(answer.json, schema.rsplit("/", 1)[1], path)

    def test_every_parameter_is_accepted_and_no_other(self) -> None:
        for path, operations in self.openapi()["paths"].items():
            parameters = [p for p in operations["get"]["parameters"] if p["in"] == "query"]
            required = {p["name"]: p["example"] for p in parameters if p["required"]}
            for parameter in parameters:
                if parameter["name"] == "cursor":
                    continue  # pages have a test of their own
                with self.subTest(path=path, parameter=parameter["name"]):
                    schema = {k: v for k, v in parameter["schema"].items() if k != "default"}
                    Draft202012Validator(schema).validate(parameter["example"])
                    for value in schema.get("enum", [parameter["example"]]):
                        query = "&".join(f"{k}={quote(str(v))}" for k, v in {**required, parameter["name"]: value}.items())
                        answer = self.served.get(f"{self.target_of(path)}?{query}")
                        self.assertEqual(answer.status, 200, answer.body[:300])
            answer = self.served.get(self.target_of(path) + "?nobody=1")
            self.assert_error(answer, 400, path)
            for parameter in parameters:
                self.assertIn(parameter["name"], answer.json["error"]["hint"])

    def test_arguments_in_paths_are_declared(self) -> None:
        for path, operations in self.openapi()["paths"].items():
            declared = {p["name"] for p in operations["get"]["parameters"] if p["in"] == "path"}
            self.assertEqual(declared, {part[1:-1] for part in path.split("/") if part.startswith("{")}, path)

    def test_nothing_answers_that_is_not_declared(self) -> None:
        for path in ("/api", "/api/", "/api/v1/sessions", "/api/session", "/api/sessions/", "/api/sessions/last/", "/api/spans", "/api/config",
                     "/api/messages/" + "0" * 64, "/api/sessions/last/messages", "/api/sql", "/api/../etc/passwd", "/api/openapi.yaml"):  # fmt: skip
            self.assert_error(self.served.get(path), 404, path)

    def test_schemas_are_schemas_and_every_one_is_used(self) -> None:
        document = self.openapi()
        self.assertEqual(document["openapi"], "3.1.0")
        text = json.dumps(document)
        for name, schema in document["components"]["schemas"].items():
            Draft202012Validator.check_schema(schema)
            self.assertTrue(f"#/components/schemas/{name}\"" in text, f"nobody uses {name}")

    def test_the_validator_can_fail(self) -> None:
        with self.assertRaises(AssertionError):
            self.assert_valid({"sessions": [], "next_cursor": None, "surplus": 1}, "SessionList", "a surplus field")
        with self.assertRaises(AssertionError):
            self.assert_valid({"error": {"code": "odd", "message": "m", "hint": None}}, "Error", "an unknown code")


class Routes(ApiCase):
    """What the answers say."""

    def test_sessions_come_in_pages(self) -> None:
        first = self.served.get("/api/sessions?limit=1").json
        second = self.served.get(f"/api/sessions?limit=1&cursor={quote(first['next_cursor'])}").json
        keys = [session["key"] for page in (first, second) for session in page["sessions"]]
        self.assertEqual(keys, ["mend-the-build", TRACE])
        self.assertIsNone(second["next_cursor"])
        everything = self.served.get("/api/sessions").json["sessions"]
        self.assertEqual([session["key"] for session in everything], keys)

    def test_transcripts_and_contexts_come_in_pages(self) -> None:
        for target, page in (("/api/sessions/mend-the-build/transcript", 2), (self.target_of("/api/contexts/{context}"), 1)):
            whole = self.served.get(target).json["messages"]
            self.assertGreater(len(whole), page)
            pages: list[object] = []
            cursor = ""
            while True:
                answer = self.served.get(f"{target}?limit={page}{cursor}").json
                pages += answer["messages"]
                if answer["next_cursor"] is None:
                    break
                cursor = f"&cursor={answer['next_cursor']}"
            self.assertEqual(pages, whole)

    def test_the_same_as_show_json(self) -> None:
        """The API and the command line tell the same."""
        store = self.served._command[2]
        shown = json.loads(subprocess.run([self.program, "--store", store, "show", "mend-the-build", "--json"], check=True, capture_output=True).stdout)
        self.assertEqual(self.served.get("/api/sessions/mend-the-build").json["session"], shown["session"])
        # In pages: what needs the whole session, as lanes do, is the same in all of them.
        spans, cursor = [], ""
        while cursor is not None:
            page = self.served.get(f"/api/sessions/mend-the-build/spans?limit=4{cursor}").json
            spans += page["spans"]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        self.assertEqual([span["span_id"] for span in spans], [span["span_id"] for span in shown["spans"]])
        for span in spans:
            for key, value in span["attributes"].items():
                if isinstance(value, dict) and "$value" in value:
                    span["attributes"][key] = self.served.get(value["$value"]).json
        self.assertEqual({span["lane"] for span in spans}, {0, 1})
        self.assertEqual(spans, shown["spans"])

    def test_a_long_value_is_had_on_demand(self) -> None:
        span = self.served.get(f"/api/sessions/{TRACE}/spans").json["spans"][0]
        for reference in (span["attributes"]["long"], span["events"][0]["attributes"]["long"]):
            self.assertEqual(reference["bytes"], len(LONG_TEXT))
            self.assertTrue(LONG_TEXT.startswith(reference["preview"]))
            self.assertEqual(self.served.get(reference["$value"]).json, LONG_TEXT)

    def test_a_value_is_never_a_page(self) -> None:
        answer = self.served.get(f"/api/spans/{TRACE}/{SPAN}/attributes/script", {"Accept": "text/plain"})
        self.assertEqual(answer.body, b"<script>alert(1)</script>")
        self.assertTrue(answer.headers["content-type"].startswith("text/plain"))
        self.assertTrue(answer.headers["content-disposition"].startswith("attachment"))
        self.assertEqual(answer.headers["x-content-type-options"], "nosniff")

    def test_windows(self) -> None:
        spans = self.served.get("/api/sessions/mend-the-build/spans").json["spans"]
        middle = int(spans[len(spans) // 2]["start_unix_ns"])
        def end(span: dict[str, str]) -> int:
            return int(span["start_unix_ns"]) + int(span["duration_ns"])
        expected = [s["span_id"] for s in spans if int(s["start_unix_ns"]) <= middle and (end(s) > middle or int(s["start_unix_ns"]) == middle)]
        window = self.served.get(f"/api/sessions/mend-the-build/spans?from_unix_ns={middle}&to_unix_ns={middle + 1}").json["spans"]
        self.assertEqual([span["span_id"] for span in window], expected)
        self.assertLess(len(expected), len(spans))

    def test_search_finds_what_was_said(self) -> None:
        self.wait_until(lambda: self.served.get("/api/search?q=build").json["hits"])
        self.assertEqual(self.served.get("/api/search?q=thereisnosuchword").json["hits"], [])


class Hostile(ApiCase):
    """Nothing a client sends does more than an error."""

    def test_bad_requests(self) -> None:
        long = "a" * 10_000
        cases = {
            f"/api/sessions/{long}": 400, f"/api/contexts/{long}": 400, f"/api/sessions?search={long}": 400, "/api/sessions/%": 400,
            "/api/sessions/%4": 400, "/api/sessions/%zz": 400, "/api/sessions/%00": 400, "/api/sessions/a%0d%0aX-Injected:%201": 400,
            "/api/sessions?limit=0": 400, "/api/sessions?limit=1001": 400, "/api/sessions?limit=99999999999999999999": 400,
            "/api/sessions?limit=-1": 400, "/api/sessions?limit=1&limit=1": 400, "/api/sessions?cursor=%ff": 400,
            "/api/sessions?cursor=bad": 400, "/api/traces?cursor=bad": 400, "/api/search?q=build&cursor=bad": 400,
            "/api/sessions/last/spans?cursor=1-2-3": 400, "/api/sessions/last/transcript?cursor=-1": 400, "/api/sessions?since=whenever": 400,
            "/api/sessions?status=fine": 400, "/api/stats?by=weekday": 400, "/api/search": 400, "/api/search?q=%22": 400,
            "/api/sessions/last~99999999999999999999": 400, "/api/sessions/last~7": 404, "/api/sessions/nobody": 404,
            "/api/sessions?" + "&".join(f"a{i}=1" for i in range(1000)): 400, f"/api/spans/{TRACE}/{SPAN}/attributes/none": 404,
            f"/api/spans/{TRACE}/{SPAN}/events/9/attributes/long": 404, f"/api/spans/{TRACE}/{'0' * 16}/attributes/long": 404,
            f"/api/contexts/{'0' * 64}": 404, self.target_of("/api/contexts/{context}/messages/9223372036854775807"): 404,
        }  # fmt: skip
        for target, status in cases.items():
            with self.subTest(target=target[:80]):
                answer = self.served.get(target)
                self.assert_error(answer, status, target[:80])
                self.assertNotIn("x-injected", answer.headers)
        self.assertTrue(self.served.is_alive)

    def test_a_hostile_key_stays_out_of_the_headers(self) -> None:
        answer = self.served.get(f"/api/spans/{TRACE}/{SPAN}/attributes/{quote(HOSTILE_KEY, safe='')}")
        self.assertEqual(answer.json, "here")
        self.assertNotIn(HOSTILE_KEY[:3], answer.headers["content-disposition"])

    def test_a_last_page_of_a_transcript_beyond_its_end_is_empty(self) -> None:
        self.assertEqual(self.served.get("/api/sessions/last/transcript?cursor=18446744073709551615").json["messages"], [])

    def test_foreign_hosts_are_refused(self) -> None:
        self.assertEqual(self.served.get("/api/sessions", {"Host": "evil.example"}).status, 403)

    def test_only_reading(self) -> None:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            answer = self.served.ask(method, "/api/sessions", body=b"")
            self.assert_error(answer, 405, method)
            self.assertEqual(answer.headers["allow"], "GET, HEAD")
        head = self.served.ask("HEAD", "/api/sessions")
        self.assertEqual((head.status, head.body), (200, b""))


class Metrics(ApiCase):
    def test_the_page_and_the_output_agree(self) -> None:
        answer = self.served.get("/metrics")
        self.assertEqual(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
        sent = set(parse(answer.body.decode()))
        listed = {line.split("`")[1] for line in METRICS_PAGE.read_text().splitlines() if line.startswith("| `strobe_")}
        self.assertEqual(sent, listed)

    def test_figures_count(self) -> None:
        before = parse(self.served.get("/metrics").body.decode())
        self.served.get("/api/sessions")
        self.served.get("/api/sessions/a%20secret%20key")
        self.served.record([{**recorded_span(), "spanId": "00f067aa0ba902b7"}])
        after = parse(self.served.get("/metrics").body.decode())
        def grown(name: str, *labels: tuple[str, str]) -> float:
            return after[name].get(labels, 0) - before[name].get(labels, 0)
        self.assertEqual(grown("strobe_http_requests_total", ("route", "/api/sessions"), ("code", "2xx")), 1)
        self.assertEqual(grown("strobe_http_requests_total", ("route", "/api/sessions/{session}"), ("code", "4xx")), 1)
        self.assertEqual(grown("strobe_ingest_accepted_total", ("signal", "spans")), 1)
        self.assertGreater(grown("strobe_received_bytes_total", ("transport", "http")), 1000)
        self.assertNotIn("secret", str(after), "labels are ours, not the client's")
        self.assertGreater(after["strobe_process_resident_memory_bytes"][()], 1e6)

    def test_the_parser_can_fail(self) -> None:
        good = "# HELP a_total What it is.\n# TYPE a_total counter\na_total 1\n"
        self.assertEqual(parse(good), {"a_total": {(): 1.0}})
        for bad in (good[:-1], good + "b 1\n", good + "a_total 1\n", good + good, good.replace("counter", "gauge"), good.replace(" 1", ' {x="y} 1'),
                    good.replace(" 1\n", " one\n"), good.replace("# HELP a_total What it is.\n", "")):  # fmt: skip
            with self.assertRaises(ValueError, msg=bad):
                parse(bad)


class Load(ApiCase):
    """Questions do not hold up the recording."""

    SPANS = 3000

    def test_receiving_goes_on_beside_heavy_reading(self) -> None:
        history = [{"key": f"k{i}", "value": {"stringValue": f"{i} " * 200}} for i in range(4)]
        spans = [{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": f"{i + 1:016x}", "name": f"s{i}", "attributes": history,
                  "startTimeUnixNano": str(1_800_000_000_000_000_000 + i), "endTimeUnixNano": str(1_800_000_000_000_001_000 + i)}
                 for i in range(self.SPANS)]  # fmt: skip
        self.assertEqual(self.served.record(spans).status, 200)
        target = "/api/sessions/5b8efff798038103d269b633813fc60c/spans?limit=1000"
        self.wait_until(lambda: self.served.get(target).status == 200)
        stop = threading.Event()
        asked: list[int] = []

        def ask() -> None:
            while not stop.is_set():
                asked.append(self.served.get(target).status)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        took = []
        for i in range(40):
            begin = time.monotonic()
            span = {"traceId": "6e0c63257de34c926f9efcd03927272e", "spanId": f"{i + 1:016x}", "name": "s"}
            self.assertEqual(self.served.record([span]).status, 200)
            took.append(time.monotonic() - begin)
            time.sleep(0.02)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertGreater(len(asked), 5)
        self.assertEqual(set(asked) - {200, 503}, set())
        # A question takes tens of milliseconds, and six are asked at once: whoever waited for them would be far above.
        self.assertLess(statistics.median(took), 0.5, f"{took}")


if __name__ == "__main__":
    ApiCase.program = sys.argv.pop(1)
    unittest.main()

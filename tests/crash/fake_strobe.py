#!/usr/bin/env python3
"""Just enough of strobe to show that the crash test can fail. FAKE_STROBE says how it behaves: honest, or one of

    loses            answers before it stores         loses_logs      the same with log records alone
    doubles          stores spans sent again once more  doubles_points  the same with metric points
    other_byte       changes a long attribute         index_stops     never has all in its text index
    forgets_a_word   leaves a text out of the index
"""

import gzip
import json
import os
import re
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODE = os.environ.get("FAKE_STROBE", "honest")
LOCK = threading.Lock()
LATE = 5  # requests that are acknowledged and not stored yet
TABLES = f"""
CREATE TABLE IF NOT EXISTS spans (no INTEGER PRIMARY KEY, trace_id TEXT, span_id TEXT, json TEXT,
  session TEXT AS (trace_id){'' if MODE == 'doubles' else ', UNIQUE (trace_id, span_id)'});
CREATE TABLE IF NOT EXISTS log (no INTEGER PRIMARY KEY, time_ns INTEGER UNIQUE, json TEXT);
CREATE TABLE IF NOT EXISTS metric_point (no INTEGER PRIMARY KEY, time_ns INTEGER {'' if MODE == 'doubles_points' else 'UNIQUE'},
  json TEXT);
CREATE VIEW IF NOT EXISTS span AS SELECT no FROM spans;
CREATE TABLE IF NOT EXISTS trace (id BLOB, normaliser INTEGER);
CREATE TABLE IF NOT EXISTS search_again (span INTEGER);
CREATE VIEW IF NOT EXISTS search_state AS SELECT {0 if MODE == 'index_stops' else 'coalesce(max(no), 0)'} AS until FROM spans;
"""


def open_store(path):
    store = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
    store.execute("PRAGMA journal_mode=WAL")
    store.executescript(TABLES)
    return store


def records(document, resources, scopes, name):
    return [record for resource in document.get(resources, ()) for scope in resource[scopes] for record in scope[name]]


def points(document):
    for metric in records(document, "resourceMetrics", "scopeMetrics", "metrics"):
        yield from (metric.get("gauge") or metric["sum"])["dataPoints"]


def statements(document):
    """(SQL, rows) of what a request holds."""
    spans = records(document, "resourceSpans", "scopeSpans", "spans")
    logs = records(document, "resourceLogs", "scopeLogs", "logRecords")
    return (("INSERT OR IGNORE INTO spans(trace_id, span_id, json) VALUES (?, ?, ?)",
             [(span["traceId"], span["spanId"], json.dumps(span)) for span in spans]),
            ("INSERT OR IGNORE INTO log(time_ns, json) VALUES (?, ?)",
             [(int(log["timeUnixNano"]), json.dumps(log)) for log in logs]),
            ("INSERT OR IGNORE INTO metric_point(time_ns, json) VALUES (?, ?)",
             [(int(point["timeUnixNano"]), json.dumps(point)) for point in points(document)]))


def handler(store):
    late = []

    def write(document):
        store.execute("BEGIN IMMEDIATE")
        for sql, rows in statements(document):
            store.executemany(sql, rows)
        store.execute("COMMIT")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            document = json.loads(body)
            with LOCK:
                if MODE == "loses" or MODE == "loses_logs" and "resourceLogs" in document:
                    late.append(document)
                    document = late.pop(0) if len(late) > LATE else {}
                write(document)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    return Handler


def serve(store):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(store))
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def plain(attributes):
    texts = {entry["key"]: entry["value"]["stringValue"] for entry in attributes}
    if MODE == "other_byte" and len(texts.get("gen_ai.input.messages", "")) > 20_000:
        texts["gen_ai.input.messages"] = texts["gen_ai.input.messages"].replace("zebra", "zebrA", 1)
    return texts


def show(store, trace):
    spans = []
    logs = [json.loads(text) for (text,) in store.execute("SELECT json FROM log")]
    for (text,) in store.execute("SELECT json FROM spans WHERE trace_id = ?", (trace,)):
        span = json.loads(text)
        spans.append({"trace_id": trace, "span_id": span["spanId"], "attributes": plain(span["attributes"]), "input_context": "",
                      "logs": [{"time_unix_ns": log["timeUnixNano"], "attributes": plain(log["attributes"])} for log in logs
                               if (log.get("traceId"), log.get("spanId")) == (trace, span["spanId"])]})
    return {"spans": spans}


def metrics(store):
    found = [json.loads(text) for (text,) in store.execute("SELECT json FROM metric_point")]
    return [{"time_unix_ns": point["timeUnixNano"], "value": int(point["asInt"])} for point in found]


def search(store, text):
    shown = {span for (span,) in store.execute("SELECT trace_id || span_id FROM spans")}
    texts = [text for (text,) in store.execute("SELECT json FROM spans")]
    texts += [text for (text,) in store.execute("SELECT json FROM log")
              if (log := json.loads(text)).get("traceId", "") + log.get("spanId", "") in shown]
    words = {word for text in texts for word in re.findall(r"mark\d+x\d+", text)}
    if MODE == "forgets_a_word":
        words.discard("mark0x1")
    return [{"text": word} for word in words if word.startswith(text.rstrip("*"))]


def main(arguments):
    store = open_store(arguments[1])
    if "serve" in arguments:
        serve(store)
    command, *rest = [word for word in arguments[2:] if word != "--json"]
    if command == "sql":
        cursor = store.execute(rest[0])
        names = [column[0] for column in cursor.description]
        answer = [dict(zip(names, map(str, row))) for row in cursor]
    elif command == "search":
        answer = search(store, rest[0])
        print(f"{1 if MODE == 'index_stops' else 0} spans waiting", file=sys.stderr)
    else:
        commands = {"doctor": lambda: {"well": True}, "show": lambda: show(store, rest[0]), "metrics": lambda: metrics(store)}
        answer = commands[command]()
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])

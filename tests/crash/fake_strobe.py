#!/usr/bin/env python3
"""Just enough of strobe to show that the crash test can fail: FAKE_STROBE=honest, loses (answers before it stores) or
doubles (stores what is sent again once more)."""

import gzip
import json
import os
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODE = os.environ.get("FAKE_STROBE", "honest")
LOCK = threading.Lock()


def open_store(path):
    store = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    key = "" if MODE == "doubles" else ", UNIQUE (trace_id, span_id)"
    store.execute(f"CREATE TABLE IF NOT EXISTS spans (trace_id TEXT, span_id TEXT{key})")
    return store


def handler(store):
    late = []  # mode loses: what was acknowledged and is not stored yet

    def write(rows):
        store.execute("BEGIN IMMEDIATE")
        store.executemany("INSERT OR IGNORE INTO spans VALUES (?, ?)", rows)
        store.execute("COMMIT")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            rows = [(span["traceId"], span["spanId"]) for resource in json.loads(body)["resourceSpans"]
                    for scope in resource["scopeSpans"] for span in scope["spans"]]
            with LOCK:
                if MODE == "loses":
                    late.append(rows)
                    rows = late.pop(0) if len(late) > 5 else []
                write(rows)
            if MODE == "doubles":
                time.sleep(0.1)  # so that the kill mostly falls between storing and answering
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


def main(arguments):
    store = open_store(arguments[1])
    if "serve" in arguments:
        serve(store)
    cursor = store.execute(arguments[-1])
    names = [column[0] for column in cursor.description]
    print(json.dumps([dict(zip(names, row)) for row in cursor]))


if __name__ == "__main__":
    main(sys.argv[1:])

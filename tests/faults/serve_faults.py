#!/usr/bin/env python3
"""The whole program on a disk that fails: senders are asked to come back, people are told once, nothing acknowledged is
lost, and all goes on without a restart when the cause is gone.

    serve_faults.py STROBE_FAULTY STROBE [CASE...]"""

import http.client
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
from grpc_client import GrpcConnection  # noqa: E402

WAIT_SECONDS_MAX = 20
TRACE = "0102030405060708090a0b0c0d0e0f10"


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


def field(number, payload):
    return bytes([number << 3 | 2, len(payload)]) + payload


def span_message(span):
    """ExportTraceServiceRequest of one span, by hand."""
    times = bytes([7 << 3 | 1]) + (10**18).to_bytes(8, "little") + bytes([8 << 3 | 1]) + (10**18 + 5).to_bytes(8, "little")
    body = field(1, bytes.fromhex(TRACE)) + field(2, span.to_bytes(8, "big")) + field(5, b"x") + times
    return field(1, field(2, field(2, body)))


class Serve:
    """`serve` on a store of its own. What it says on standard error is kept."""

    def __init__(self, program, folder):
        self.store = str(folder / "strobe.db")
        self._plan = folder / "plan"
        self.acknowledged = set()
        self._next = 0
        environment = dict(os.environ, STROBE_DISK_PLAN=str(self._plan))
        self.process = subprocess.Popen([program, "--store", self.store, "serve", "--listen", "127.0.0.1:0", "--grpc", "off"],
                                        stderr=subprocess.PIPE, text=True, env=environment)
        self.lines = []
        threading.Thread(target=self._read, daemon=True).start()
        self.wait_for(lambda: self._address(), "it does not start")
        self.host, self.port = self._address()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def _address(self):
        found = re.search(r"http://([\d.]+):(\d+)", "\n".join(self.lines))
        return found and (found.group(1), int(found.group(2)))

    def wait_for(self, condition, text):
        until = time.monotonic() + WAIT_SECONDS_MAX
        while not condition():
            if time.monotonic() > until:
                raise Failure(f"{text}; it said:\n" + "\n".join(self.lines))
            time.sleep(0.02)

    def plan(self, text):
        new = self._plan.with_suffix(".new")
        new.write_text(text)
        new.rename(self._plan)

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=WAIT_SECONDS_MAX)
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    def post(self, span, text_bytes=0):
        record = {"traceId": TRACE, "spanId": f"{span:016x}", "name": "x", "startTimeUnixNano": str(10**18),
                  "endTimeUnixNano": str(10**18 + 5),
                  "attributes": [{"key": "t", "value": {"stringValue": os.urandom(text_bytes // 2).hex()}}]}
        body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [record]}]}]})
        response, text = self.ask("POST", "/v1/traces", body)
        if response.status == 200:
            self.acknowledged.add(span)
        return response, text

    def new_span(self):
        self._next += 1
        return self._next

    def send_well(self, count=3):
        for _ in range(count):
            response, text = self.post(self.new_span())
            expect(response.status == 200, f"{response.status} {text}")

    def send_refused(self, reason, count=3):
        """Spans that are refused so that senders come back; their numbers."""
        spans = [self.new_span() for _ in range(count)]
        for span in spans:
            response, text = self.post(span, 20_000)
            expect(response.status == 503, f"{response.status} instead of 503: {text}")
            expect(int(response.headers.get("Retry-After", "0")) >= 1, f"no Retry-After: {response.headers}")
            message = json.loads(text)["message"]
            expect(reason in message and self.store in message, f"the answer does not say why and where: {message}")
        return spans

    def send_again(self, spans):
        for span in spans:
            response, text = self.post(span)
            expect(response.status == 200, f"it does not take it when sent again: {response.status} {text}")

    def metric(self, name):
        found = re.search("^" + re.escape(name) + r" (\d+)", self.ask("GET", "/metrics")[1], re.MULTILINE)
        return int(found.group(1)) if found else None

    def told(self, part):
        return [line for line in self.lines if part in line]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(WAIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("it does not stop")
        expect(self.process.returncode == 0, f"it ended with {self.process.returncode}:\n" + "\n".join(self.lines))

    def check(self, strobe):
        """Stops it; everything acknowledged is there once, and the file is well."""
        self.stop()
        said = subprocess.run([strobe, "--store", self.store, "sql", "SELECT span_id, count(*) AS n FROM spans GROUP BY 1", "--json"],
                              capture_output=True, text=True)
        expect(said.returncode == 0, said.stderr)
        found = {int(span, 16) for span in re.findall(r'"?([0-9a-f]{16})"?', said.stdout)}
        rows = subprocess.run([strobe, "--store", self.store, "sql", "SELECT count(*) FROM spans"], capture_output=True, text=True)
        total = int(re.findall(r"\d+", rows.stdout)[-1])
        expect(self.acknowledged <= found, f"acknowledged and not there: {sorted(self.acknowledged - found)}")
        expect(total == len(found), f"{total} rows of {len(found)} spans")
        doctor = subprocess.run([strobe, "--store", self.store, "doctor"], capture_output=True, text=True)
        expect(doctor.returncode == 0, doctor.stdout + doctor.stderr)
        return len(self.acknowledged)


def trouble(server, begin, end, reason):
    """A cause comes and goes: what is refused meanwhile, told once and counted, is taken afterwards."""
    server.send_well()
    lines = len(server.lines)
    begin()
    refused = server.send_refused(reason)
    expect(server.metric("strobe_store_writable") == 0, "the metrics do not tell of it")
    expect(server.ask("GET", "/healthz")[1] == "ok\n", "/healthz")
    end()
    server.send_again(refused)
    server.wait_for(lambda: server.told("is written again"), "it does not say that it goes on")
    expect(server.metric("strobe_store_writable") == 1, "the metrics do not tell of the end")
    server.send_well()
    said = server.lines[lines:]
    expect(len(said) == 2, "not two lines:\n" + "\n".join(said))
    expect(f"cannot write the store {server.store}" in said[0] and reason in said[0] and "asked to come back" in said[0], said[0])


def planned(plan, reason):
    return lambda server: trouble(server, lambda: server.plan(plan), lambda: server.plan(""), reason)


def over_grpc(server):
    connection = GrpcConnection((server.host, server.port), WAIT_SECONDS_MAX)
    expect(connection.call(span_message(server.new_span()), False)[0], "gRPC does not work at all")
    server.plan("write disk_full")
    expect(not connection.call(span_message(server.new_span()), False)[0], "a full disk was acknowledged over gRPC")
    name = 'strobe_grpc_calls_total{method="TraceService/Export",status="UNAVAILABLE"}'
    expect(server.metric(name) == 1, "the call was not UNAVAILABLE")
    server.plan("")
    connection = GrpcConnection((server.host, server.port), WAIT_SECONDS_MAX)
    expect(connection.call(span_message(server._next), False)[0], "gRPC does not go on")


def slow_disk(server):
    server.plan("sync delay_ms=150")
    server.send_well()
    expect(len(server.lines) == 1, "slow is no trouble:\n" + "\n".join(server.lines))


def now_and_then(server):
    """Now and then a write fails; senders that come back lose nothing."""
    server.plan("write io_error every=43")
    for _ in range(20):
        span = server.new_span()
        for _ in range(50):
            response, text = server.post(span, 3000)
            if response.status == 200:
                break
            expect(response.status == 503, f"{response.status} {text}")
        expect(span in server.acknowledged, "never taken")
    expect(len(server.lines) <= 12, f"{len(server.lines)} lines")
    server.plan("")


def size_limit(server):
    """A real limit of the operating system, on the running process."""
    pid = server.process.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)

    def fill():
        size = max(os.path.getsize(server.store + suffix) for suffix in ("", "-wal"))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 1, hard))

    trouble(server, fill, lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard)), "file too large")


def moved_folder(server):
    """The store's file is moved away, and put back."""
    away = server.store + ".away"
    trouble(server, lambda: os.rename(server.store, away), lambda: os.rename(away, server.store), "gone or was replaced")


def moved_log(server):
    away = server.store + ".away"
    trouble(server, lambda: os.rename(server.store + "-wal", away), lambda: os.rename(away, server.store + "-wal"),
            "gone or was replaced")


def replaced_file(server):
    """Another file under the store's name: nothing is acknowledged that a restart would not find."""
    server.send_well()
    kept = server.store + ".away"
    os.rename(server.store, kept)
    pathlib.Path(server.store).write_bytes(b"")
    server.send_refused("gone or was replaced")
    server.wait_for(lambda: server.told("start strobe anew"), "no hint")
    os.rename(kept, server.store)


CASES = {
    "disk_full": planned("write disk_full", "no space left on device"),
    "short_writes": planned("log.write short_write", "no space left on device"),
    "io_error": planned("write io_error", "input/output error"),
    "sync_fails": planned("sync io_error", "input/output error"),
    "nothing_works": planned("any io_error", "input/output error"),
    "grpc": over_grpc,
    "slow_disk": slow_disk,
    "now_and_then": now_and_then,
    "size_limit": size_limit,
    "moved_file": moved_folder,
    "moved_log": moved_log,
    "replaced_file": replaced_file,
}


def run(name, program, strobe):
    with tempfile.TemporaryDirectory(prefix="strobe_faults_") as folder:
        server = Serve(program, pathlib.Path(folder))
        try:
            CASES[name](server)
            print(f"{name}: {server.check(strobe)} acknowledged, none lost", flush=True)
            return True
        except (Failure, OSError) as failure:
            print(f"{name}: {failure}\n" + "\n".join("    " + line for line in server.lines), flush=True)
            return False
        finally:
            server.process.kill()
            server.process.wait()


def main():
    program, strobe, *names = sys.argv[1:]
    results = [run(name, program, strobe) for name in names or CASES]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())

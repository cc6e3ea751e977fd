"""A real `strobe serve` on a free port, and a client that sends exactly what a test wants."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_STOP_SECONDS_MAX = 20
_LISTENING = re.compile(r"listening on http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


class Served:
    """`with Served(program, store) as served: served.get("/api/sessions")`."""

    def __init__(self, program: str, store: Path, options: Sequence[str] = ()) -> None:
        self._command = [program, "--store", str(store), "serve", "--listen", "127.0.0.1:0", *options]
        self.port = 0

    def __enter__(self) -> Served:
        self._child = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        assert self._child.stderr is not None
        for line in self._child.stderr:
            if found := _LISTENING.search(line):
                self.port = int(found.group(1))
                return self
        raise RuntimeError(f"strobe serve ended with {self._child.wait()}")

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.communicate(timeout=_STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()
            raise RuntimeError("strobe serve did not stop") from None

    @property
    def is_alive(self) -> bool:
        return self._child.poll() is None

    def memory_peak_mib(self) -> int:
        """The most memory the server has held so far."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self._child.pid}/status").read_text())
        assert found is not None
        return int(found.group(1)) >> 10

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            # Not request(): it refuses targets that a hostile client would send.
            connection.putrequest(method, "/", skip_host=True, skip_accept_encoding=True)
            connection._buffer[0] = f"{method} {target} HTTP/1.1".encode("latin-1")  # type: ignore[attr-defined]
            for name, text in {"Host": f"127.0.0.1:{self.port}", **(headers or {})}.items():
                connection.putheader(name, text)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            found = {name.lower(): text for name, text in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def get(self, target: str, headers: dict[str, str] | None = None) -> Answer:
        return self.ask("GET", target, headers)

    def record(self, spans: list[dict[str, object]], service: str = "api-test") -> Answer:
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
        request = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]}
        return self.ask("POST", "/v1/traces", {"Content-Type": "application/json"}, json.dumps(request).encode())

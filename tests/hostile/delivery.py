"""The ways into a store: `import`, and OTLP over HTTP and gRPC to a real `strobe serve`."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crash"))
from grpc_client import GrpcConnection  # noqa: E402

SECONDS_MAX = 120



@dataclass(frozen=True)
class Body:
    """One request, or one file."""

    signal: str
    content: bytes
    is_json: bool
    coding: str = ""  # of the content: gzip, deflate, zstd


@dataclass(frozen=True)
class Answer:
    """What a sender is told. `message`: of a refusal, or of what was rejected in part."""

    taken: bool
    status: int  # of HTTP; 0: another way
    text: bytes


class Server:
    """`with Server(strobe, store, environment) as server:`"""

    def __init__(self, strobe: str, store: Path, environment: dict[str, str], *more: str) -> None:
        self._command = [strobe, "--store", str(store), "serve", "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0", *more]
        self._environment = environment
        self._log = store.with_suffix(".log")

    def __enter__(self) -> Server:
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=log, env=self._environment)
        ports: list[str] = []
        for _ in range(SECONDS_MAX * 50):
            ports = re.findall(r"127\.0\.0\.1:(\d+)", self._log.read_text(encoding="utf-8", errors="replace"))
            if len(ports) >= 2 or self._child.poll() is not None:
                break
            try:
                self._child.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
        if len(ports) < 2:
            raise RuntimeError(f"strobe serve did not start: {self._log.read_text(errors='replace')}")
        self.port, self.grpc_port = int(ports[0]), int(ports[1])
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._child.send_signal(signal.SIGTERM)
        try:
            self.code = self._child.wait(timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self.code = self._child.wait()

    @property
    def log(self) -> bytes:
        return self._log.read_bytes()

    def memory_mib(self) -> float:
        """The most that it ever held."""
        status = Path(f"/proc/{self._child.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024  # type: ignore[union-attr]

    def ask(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        try:
            connection.request(method, target, body, {"Accept-Encoding": "identity", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (BrokenPipeError, ConnectionResetError):
            # Refused while it was sent: the answer may wait to be read.
            try:
                answer = http.client.HTTPResponse(connection.sock, method=method)  # type: ignore[arg-type]
                answer.begin()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                return 0, b"the connection was closed"
        finally:
            connection.close()

    def get(self, target: str) -> tuple[int, bytes]:
        return self.ask("GET", target)

    def send_http(self, body: Body) -> Answer:
        headers = {"Content-Type": "application/json" if body.is_json else "application/x-protobuf"}
        if body.coding:
            headers["Content-Encoding"] = body.coding
        status, text = self.ask("POST", f"/v1/{body.signal}", headers, body.content)
        return Answer(status == 200, status, text)

    def send_grpc(self, body: Body) -> Answer:
        connection = GrpcConnection(("127.0.0.1", self.grpc_port), SECONDS_MAX)
        try:
            taken, text = connection.call(body.content, bool(body.coding), body.signal, body.coding)
            return Answer(taken, 0, text)
        except (ConnectionError, socket.timeout) as error:
            return Answer(False, 0, f"broken off: {error}".encode())
        finally:
            connection.close()

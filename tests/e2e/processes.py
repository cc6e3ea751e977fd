"""Child processes of the tests: started in a group of their own, and gone when the `with` block is."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STANDIN = Path(__file__).resolve().parent / "standin" / "standin.py"
_PORT_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Finished:
    exit_code: int
    stdout: str
    stderr: str


def _stop(child: subprocess.Popen[str], first: signal.Signals) -> None:
    """Ends a child and whatever it started. Its group may outlive it, so the group is killed in any case."""
    if child.poll() is None:
        child.send_signal(first)
        try:
            child.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run(command: list[str], environment: Mapping[str, str], timeout_s: float) -> Finished:
    """Runs a command to its end. After `timeout_s` it is killed with all its children: TimeoutError."""
    child = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        stdout, stderr = child.communicate(timeout=timeout_s)
        return Finished(child.returncode, stdout, stderr)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{' '.join(command[:3])} ... did not end within {timeout_s:g} s") from None
    finally:
        _stop(child, signal.SIGKILL)


@contextmanager
def standin(script: Path, truth: Path, port_file: Path) -> Iterator[int]:
    """A stand-in model server playing `script`; gives its port, and ends it however the block is left."""
    command = ["python3", "-B", str(_STANDIN), "--script", str(script), "--truth", str(truth)]
    command += ["--port-file", str(port_file)]
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        yield _await_port(child, port_file)
    finally:
        _stop(child, signal.SIGTERM)


@contextmanager
def grpc_server(store: list[str], environment: Mapping[str, str]) -> Iterator[str]:
    """`strobe serve` with free ports; gives HOST:PORT of its gRPC side, and ends it however the block is left."""
    command = [*store, "serve", "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]
    child = subprocess.Popen(
        command, env=dict(environment), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield _await_grpc(child)
    finally:
        _stop(child, signal.SIGTERM)


def _await_grpc(child: subprocess.Popen[str]) -> str:
    """Reads what the server says until it names its gRPC address. A server that ends says nothing more, either."""
    said = []
    for line in child.stderr or ():
        said.append(line)
        if found := re.search(r"gRPC\D*(127\.0\.0\.1:\d+)|grpc://(127\.0\.0\.1:\d+)", line):
            return found.group(1) or found.group(2)
        if len(said) > 5:
            break
    raise RuntimeError(f"strobe serve named no gRPC address: {''.join(said)}")


def _await_port(child: subprocess.Popen[str], port_file: Path) -> int:
    deadline = time.monotonic() + _PORT_TIMEOUT_S
    while time.monotonic() < deadline:
        text = port_file.read_text(encoding="utf-8") if port_file.exists() else ""
        if text.endswith("\n"):
            return int(text)
        if child.poll() is not None:
            raise RuntimeError(f"the stand-in ended with {child.returncode} before it listened")
        time.sleep(0.02)
    raise TimeoutError("the stand-in did not listen in time")

#!/usr/bin/env python3
"""Stands between an agent and the OTLP receiver that its environment names, and keeps every byte the agent sends.

    recorder.py --out DIR [--upstream HOST:PORT] -- CMD...

Runs CMD with the receiver's address replaced by its own in all variables, passes bytes on unread in both directions, and
ends as CMD ends. DIR gets one file a connection: what the agent sent, HTTP/1.1 or HTTP/2 alike. captured.py reads them.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

_CHUNK_BYTES = 1 << 16
_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def _pump(source: socket.socket, target: socket.socket, copy: BinaryIO | None) -> None:
    """Until the source ends; then the target is told so, too."""
    try:
        while data := source.recv(_CHUNK_BYTES):
            if copy is not None:
                copy.write(data)
                copy.flush()
            target.sendall(data)
    except OSError:
        pass  # a side that is gone ends the connection, which is what happens next
    for side in (source, target):
        try:
            side.shutdown(socket.SHUT_RD if side is source else socket.SHUT_WR)
        except OSError:
            pass
    if copy is not None:
        copy.close()


def _tee(listener: socket.socket, upstream: tuple[str, int], folder: Path) -> None:
    for number in itertools.count():
        try:
            agent, _ = listener.accept()
            receiver = socket.create_connection(upstream)
        except OSError:
            return
        for one in (agent, receiver):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        copy = (folder / f"{number:03}.sent").open("wb")
        threading.Thread(target=_pump, args=(agent, receiver, copy), daemon=True).start()
        threading.Thread(target=_pump, args=(receiver, agent, None), daemon=True).start()


def _pointed_here(variables: dict[str, str], port: int) -> dict[str, str]:
    """Only what names the receiver changes; SDKs find it through different variables."""
    there = urlsplit(variables[_ENDPOINT]).netloc
    return {name: value.replace(there, f"127.0.0.1:{port}") for name, value in variables.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--upstream", help="where to send to, when the variables do not say it")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    variables = dict(os.environ)
    if options.upstream:
        variables[_ENDPOINT] = f"http://{options.upstream}"
    host, _, port = urlsplit(variables[_ENDPOINT]).netloc.rpartition(":")
    options.out.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_tee, args=(listener, (host, int(port)), options.out), daemon=True).start()
        child = subprocess.Popen(options.command, env=_pointed_here(variables, listener.getsockname()[1]))
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda number, _frame: child.send_signal(number))
        code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""A local stand-in for a model server: plays a script and writes down the truth.

Speaks OpenAI's chat completions and responses APIs, Anthropic's messages and Gemini's generateContent on a loopback port
that the kernel chooses, prints that port as one line, and ends on SIGTERM. Every request and its answer become one line of the truth file, which is what the
end-to-end tests hold Strobe's view of the run against.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any

from apis import Api, find_api
from ids import make_id
from script import Answer, ApiError, Script, ScriptError, load_script

_REQUEST_BYTES_MAX = 32 << 20
_SCRIPT_OVER = ApiError(status=400, message="the script has no answer left", type="invalid_request_error")
# A real server names the wait; short where a client reads milliseconds, so that retries do not slow the tests down.
_RETRY_HEADERS = {"retry-after-ms": "50", "retry-after": "1"}


class Stage:
    """Which answer comes next in which conversation, and the truth file. Locks itself."""

    def __init__(self, script: Script, truth: Path) -> None:
        self.script = script
        self._lock = threading.Lock()
        self._truth = truth.open("w", encoding="utf-8")  # guarded by _lock
        self._played: Counter[str] = Counter()  # guarded by _lock: answers given per conversation
        self._opening_of: dict[str, str] = {}  # guarded by _lock: response id -> its conversation's first user message
        self._recorded = 0  # guarded by _lock

    def next_answer(self, api: Api, request: dict[str, Any]) -> tuple[str, str, Answer]:
        """The conversation, a seed for the ids of this answer, and the answer; each answer is given out once.

        The same opening user message is the same conversation, a chained response that of its predecessor.
        """
        with self._lock:
            previous = request.get("previous_response_id")
            opening = self._opening_of.get(previous or "") or api.opening(request)
            conversation = make_id("conv_", opening)
            at = self._played[conversation]
            self._played[conversation] += 1
            self._opening_of[make_id("resp_", f"{self.script.name}/{conversation}/{at}")] = opening
        seed = f"{self.script.name}/{conversation}/{at}"
        answers = self.script.answers_for(opening)
        return conversation, seed, answers[at] if at < len(answers) else Answer(error=_SCRIPT_OVER)

    def record(self, conversation: str, entry: dict[str, Any]) -> None:
        """Appends one line of truth; on disk when this returns, so that it survives the server."""
        with self._lock:
            self._recorded += 1
            self._truth.write(json.dumps({"n": self._recorded, "conversation": conversation, **entry}) + "\n")
            self._truth.flush()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "StandinServer"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the truth file is the log."""

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        if length > _REQUEST_BYTES_MAX:
            self._send_json(413, {"error": {"message": "too large"}})
            return
        try:
            request = json.loads(self.rfile.read(length))
        except ValueError as problem:
            self._send_json(400, {"error": {"message": f"not JSON: {problem}"}})
            return
        found = find_api(self.path.split("?")[0], request)
        if found is None:
            self._send_json(404, {"error": {"message": f"no such thing here: {self.path}"}})
            return
        self._answer(found[0], request, is_streaming=found[1])

    def _answer(self, api: Api, request: dict[str, Any], *, is_streaming: bool) -> None:
        stage = self.server.stage
        conversation, seed, answer = stage.next_answer(api, request)
        time.sleep(answer.delay_ms / 1000)
        entry = {"api": api.name, "streaming": is_streaming, "request": request, "delay_ms": answer.delay_ms}
        if answer.error is not None:
            body = api.error(answer.error)
            stage.record(conversation, {**entry, "response": body, "usage": None, "status": answer.error.status})
            self._send_json(answer.error.status, body, _RETRY_HEADERS)
            return
        body = api.whole(answer, stage.script.response_models[api.vendor], seed, request)
        # Before the answer leaves: who has read the answer may rely on the truth being there.
        if answer.drop:
            begun = answer.text if answer.drop == "midway" else ""
            stage.record(conversation, {**entry, "response": {}, "usage": None, "status": 0, "begun_text": begun})
        else:
            entry |= {"usage": vars(api.told_usage(answer.usage))}
            entry |= {"tool_fails": [call.fails for call in answer.tool_calls]}
            stage.record(conversation, {**entry, "response": body, "status": 200})
        if answer.drop == "before":
            self.close_connection = True
        elif is_streaming:
            events = list(api.stream(body, request))
            self._send_events(events[: len(events) // 2] if answer.drop else events, ends=not answer.drop)
        else:
            self._send_json(200, body, ends=not answer.drop)

    def _send_json(
        self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None, *, ends: bool = True
    ) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data if ends else data[: len(data) // 2])
        self.close_connection = self.close_connection or not ends

    def _send_events(self, events: list[str], *, ends: bool) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in events:
            data = event.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        if ends:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = self.close_connection or not ends


class StandinServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stage = stage

    def handle_error(self, request: Any, client_address: Any) -> None:
        """An agent that is gone is no news: the truth file says what it was sent."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--script", type=Path, required=True, help="the JSON script to play")
    parser.add_argument("--truth", type=Path, required=True, help="where to write what was asked and answered")
    parser.add_argument("--port-file", type=Path, help="also write the port here, once it listens")
    return parser.parse_args()


def main() -> int:
    options = _arguments()
    try:
        stage = Stage(load_script(options.script), options.truth)
    except (OSError, ScriptError) as problem:
        print(f"standin: {problem}", file=sys.stderr)
        return 2
    server = StandinServer(stage)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which runs on this very thread; hence another one.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    port = server.server_address[1]
    if options.port_file:
        options.port_file.write_text(f"{port}\n", encoding="utf-8")
    print(port, flush=True)
    server.serve_forever(poll_interval=0.05)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""A local stand-in for a model server: plays a script and writes down the truth.

Speaks OpenAI's chat completions and responses APIs on a loopback port that the kernel chooses, prints that port as
one line, and ends on SIGTERM. Every request and its answer become one line of the truth file, which is what the
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
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any

import chat
import responses
from ids import make_id
from script import Answer, ApiError, Script, ScriptError, load_script

_REQUEST_BYTES_MAX = 32 << 20
_APIS = {"/v1/chat/completions": "chat", "/v1/responses": "responses"}
_SCRIPT_OVER = ApiError(status=400, message="the script has no answer left", type="invalid_request_error")


class Stage:
    """Which answer comes next in which conversation, and the truth file. Locks itself."""

    def __init__(self, script: Script, truth: Path) -> None:
        self.script = script
        self._lock = threading.Lock()
        self._truth = truth.open("w", encoding="utf-8")  # guarded by _lock
        self._played: Counter[str] = Counter()  # guarded by _lock: answers given per conversation
        self._conversation_of: dict[str, str] = {}  # guarded by _lock: response id -> conversation
        self._recorded = 0  # guarded by _lock

    def next_answer(self, request: dict[str, Any]) -> tuple[str, str, Answer]:
        """The conversation, a seed for the ids of this answer, and the answer; each answer is given out once."""
        with self._lock:
            conversation = self._conversation(request)
            at = self._played[conversation]
            self._played[conversation] += 1
        seed = f"{self.script.name}/{conversation}/{at}"
        if at >= len(self.script.answers):
            return conversation, seed, Answer(error=_SCRIPT_OVER)
        return conversation, seed, self.script.answers[at]

    def _conversation(self, request: dict[str, Any]) -> str:
        """The same opening user message is the same conversation, a chained response that of its predecessor."""
        previous = request.get("previous_response_id")
        if previous in self._conversation_of:
            return self._conversation_of[previous]
        messages = request.get("messages", request.get("input"))
        if isinstance(messages, str):
            return make_id("conv_", messages)
        users = [m["content"] for m in messages or [] if m.get("role") == "user"]
        return make_id("conv_", json.dumps(users[:1], sort_keys=True))

    def record(self, conversation: str, entry: dict[str, Any]) -> None:
        """Appends one line of truth; on disk when this returns, so that it survives the server."""
        with self._lock:
            self._recorded += 1
            if isinstance(entry["response"].get("id"), str):
                self._conversation_of[entry["response"]["id"]] = conversation
            self._truth.write(json.dumps({"n": self._recorded, "conversation": conversation, **entry}) + "\n")
            self._truth.flush()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "StandinServer"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the truth file is the log."""

    def do_POST(self) -> None:
        api = _APIS.get(self.path.split("?")[0])
        length = int(self.headers.get("content-length", "0"))
        if api is None or length > _REQUEST_BYTES_MAX:
            self._send_json(404 if api is None else 413, {"error": {"message": f"no such thing here: {self.path}"}})
            return
        try:
            request = json.loads(self.rfile.read(length))
        except ValueError as problem:
            self._send_json(400, {"error": {"message": f"not JSON: {problem}"}})
            return
        self._answer(api, request)

    def _answer(self, api: str, request: dict[str, Any]) -> None:
        stage = self.server.stage
        conversation, seed, answer = stage.next_answer(request)
        time.sleep(answer.delay_ms / 1000)
        entry = {"api": api, "streaming": bool(request.get("stream")), "request": request}
        if answer.error is not None:
            body = {"error": {"message": answer.error.message, "type": answer.error.type, "param": None}}
            body["error"]["code"] = answer.error.code
            stage.record(conversation, {**entry, "response": body, "usage": None, "status": answer.error.status})
            # A real server names the wait too; short, so that the SDKs' own retries do not slow the tests down.
            self._send_json(answer.error.status, body, {"retry-after-ms": "50"})
            return
        model = stage.script.response_model
        chatting = api == "chat"
        body = chat.whole(answer, model, seed) if chatting else responses.whole(answer, model, seed, request)
        # Before the answer leaves: who has read the answer may rely on the truth being there.
        entry |= {"usage": vars(answer.usage), "tool_fails": [call.fails for call in answer.tool_calls]}
        stage.record(conversation, {**entry, "response": body, "status": 200})
        if entry["streaming"]:
            self._send_events(chat.stream(body, request) if chatting else responses.stream(body))
        else:
            self._send_json(200, body)

    def _send_json(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _send_events(self, events: Iterator[str]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in events:
            data = event.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")


class StandinServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stage: Stage) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stage = stage


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

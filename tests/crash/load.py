"""Load for the crash test: a few agents that send OTLP over keep-alive connections, as JSON over HTTP or as protobuf over
gRPC, and remember what was answered.

Everything sent follows from the seed: trace ids, span ids, content, batch sizes. Only the moment of the kill does not."""

import gzip
import http.client
import json
import random
import threading
import time

from grpc_client import GrpcConnection, to_protobuf

SPANS_PER_REQUEST_MAX = 50
SPANS_PER_TRACE_MAX = 120  # then the agent begins a new conversation
CLIENT_SECONDS_MAX = 20
REFUSALS_MAX = 500  # of one gRPC request: it is bad, not early
START_NS = 1_700_000_000_000_000_000

WORDS = ("read", "the", "file", "again", "build", "failed", "at", "line", "zebra", "größer", "tool", "\n", '"quoted"')


class Server:
    """Where the server listens just now; clients wait here while it is down."""

    def __init__(self):
        self._changed = threading.Condition()
        self._address = None
        self._stopped = False

    def set(self, address):
        with self._changed:
            self._address = address
            self._changed.notify_all()

    def stop(self):
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def wait(self):
        """The address, or None when the load shall end."""
        with self._changed:
            self._changed.wait_for(lambda: self._address or self._stopped)
            return self._address

    @property
    def stopped(self):
        return self._stopped


class Agent:
    """One conversation after the other: each LLM span carries the whole history, as agents do."""

    def __init__(self, seed, number):
        self._random = random.Random(f"{seed}/{number}")
        self._number = number
        self._traces = 0
        self._begin_trace()

    def _begin_trace(self):
        self._traces += 1
        self.trace_id = f"{self._number + 1:08x}{self._traces:08x}{self._random.getrandbits(64):016x}"
        self._spans = 0
        self._history = []

    def _text(self, words_max):
        return " ".join(self._random.choices(WORDS, k=self._random.randint(3, words_max)))

    def _span(self):
        self._spans += 1
        is_llm = self._spans % 2 == 1
        span_id = f"{self._number + 1:04x}{self._traces:06x}{self._spans:06x}"
        if is_llm:
            self._history.append(message("user" if self._spans == 1 else "tool", self._text(200)))
            answer = message("assistant", self._text(60))
            attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o",
                          "gen_ai.conversation.id": f"crash-{self.trace_id}",
                          "gen_ai.input.messages": json.dumps(self._history, ensure_ascii=False),
                          "gen_ai.output.messages": json.dumps([answer], ensure_ascii=False)}
            self._history.append(answer)
        else:
            attributes = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "read_file",
                          "gen_ai.tool.call.result": self._text(200)}
        start = START_NS + self._spans * 1_000_000
        return {"traceId": self.trace_id, "spanId": span_id, "name": "chat gpt-4o" if is_llm else "execute_tool",
                "kind": 3, "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + 900_000),
                "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]}

    def request(self):
        """The next request: (body, set of trace id + span id)."""
        if self._spans >= SPANS_PER_TRACE_MAX:
            self._begin_trace()
        spans = [self._span() for _ in range(self._random.randint(1, SPANS_PER_REQUEST_MAX))]
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": f"agent-{self._number}"}}]}
        body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "crash"}, "spans": spans}]}]}
        return json.dumps(body, ensure_ascii=False).encode(), {span["traceId"] + span["spanId"] for span in spans}


def message(role, text):
    return {"role": role, "parts": [{"type": "text", "content": text}]}


class Client(threading.Thread):
    """One agent and its connection. A request without an answer is sent again, byte for byte, until it has one."""

    def __init__(self, server, seed, number):
        super().__init__(daemon=True, name=f"client-{number}")
        self._server = server
        self._agent = Agent(seed, number)
        self._coins = random.Random(f"{seed}/coins/{number}")
        self._connection, self._address = None, None
        self._lock = threading.Lock()
        self._sent, self._acknowledged = set(), set()  # guarded by _lock
        self.problem = None
        self.retries = 0
        self.acknowledged_calls = 0

    def snapshot(self):
        """(acknowledged, sent) up to now."""
        with self._lock:
            return set(self._acknowledged), set(self._sent)

    def run(self):
        try:
            while not self._server.stopped and self.problem is None:
                self._deliver(*self._agent.request())
        except Exception as error:  # a thread that dies in silence would make the test weaker, not fail
            self.problem = f"{self.name}: {error!r}"

    def _deliver(self, body, ids):
        headers = {"Content-Type": "application/json"}
        if self._coins.random() < 0.5:
            body = gzip.compress(body, compresslevel=1)
            headers["Content-Encoding"] = "gzip"
        with self._lock:
            self._sent |= ids
        while True:
            address = self._server.wait()
            if address is None:
                return
            status, answer = self._post(address, body, headers)
            if status == 200:
                rejected = json.loads(answer or b"{}").get("partialSuccess", {})
                if int(rejected.get("rejectedSpans", 0)):
                    self.problem = f"{self.name}: spans were rejected: {rejected}"
                with self._lock:
                    self._acknowledged |= ids
                return
            if status not in (None, 429, 503):
                self.problem = f"{self.name}: answered {status}: {answer[:300]!r}"
                return
            self.retries += 1
            time.sleep(0.02)

    def _connection_to(self, address, make):
        if self._connection is None or self._address != address:
            self._connection, self._address = make(), address
        return self._connection

    def _drop_connection(self):
        if self._connection:
            self._connection.close()
        self._connection = None

    def _post(self, address, body, headers):
        """(status, body), or (None, b"") when the connection broke before the answer was complete."""
        try:
            connection = self._connection_to(
                address, lambda: http.client.HTTPConnection(*address, timeout=CLIENT_SECONDS_MAX))
            connection.request("POST", "/v1/traces", body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            self._drop_connection()
            return None, b""


class GrpcClient(Client):
    """The same agent over gRPC, which is taken on the port of HTTP."""

    def _deliver(self, body, ids):
        message = to_protobuf(json.loads(body))
        compressed = self._coins.random() < 0.5
        if compressed:
            message = gzip.compress(message, compresslevel=1)
        with self._lock:
            self._sent |= ids
        refusals = 0
        while True:
            address = self._server.wait()
            if address is None:
                return
            went_well, answer = self._call(address, message, compressed)
            if went_well:
                if answer:
                    self.problem = f"{self.name}: spans were rejected: {answer!r}"
                with self._lock:
                    self._acknowledged |= ids
                    self.acknowledged_calls += 1
                return
            refusals += went_well is False
            if refusals > REFUSALS_MAX:
                self.problem = f"{self.name}: a call was refused {refusals} times"
                return
            self.retries += 1
            time.sleep(0.02)

    def _call(self, address, message, compressed):
        """(whether it went well, the answer), or (None, b"") when the connection broke before the answer was complete."""
        try:
            return self._connection_to(address, lambda: GrpcConnection(address, CLIENT_SECONDS_MAX)).call(message, compressed)
        except OSError:
            self._drop_connection()
            return None, b""

"""Load for the crash test: a few agents that send OTLP over keep-alive connections, as JSON or protobuf over HTTP or over
gRPC, and write into a ledger what was answered.

Everything sent follows from the seed: ids, content, batch sizes. Only the moment of the kill does not."""

import gzip
import http.client
import json
import random
import threading
import time

from grpc_client import GrpcConnection

CLIENT_SECONDS_MAX = 20
REFUSALS_MAX = 500  # of one gRPC request: it is bad, not early
PAUSE_SECONDS = 0.02
REPEATED = 0.05  # of the acknowledged requests are sent once more, as if the answer had been lost on its way


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


class Refused(Exception):
    """The server says that it will never take this."""


class Wire:
    """One way to send a request, over one connection at a time."""

    def __init__(self):
        self._connection, self._address = None, None

    def send(self, address, request, compressed):
        """Whether it was acknowledged; False when it should be sent again."""
        try:
            if self._connection is None or self._address != address:
                self._drop()
                self._connection, self._address = self._connect(address), address
            return self._exchange(request, compressed)
        except (OSError, http.client.HTTPException):  # broken before the answer was complete
            self._drop()
            return False

    def _drop(self):
        if self._connection:
            self._connection.close()
        self._connection = None


class HttpJson(Wire):
    content_type = "application/json"

    def _connect(self, address):
        return http.client.HTTPConnection(*address, timeout=CLIENT_SECONDS_MAX)

    def _body(self, request):
        return request.body

    def _check(self, answer):
        partial = json.loads(answer or b"{}").get("partialSuccess", {})
        if any(int(number) for key, number in partial.items() if key.startswith("rejected")):
            raise Refused(f"partly rejected: {partial}")

    def _exchange(self, request, compressed):
        body = self._body(request)
        headers = {"Content-Type": self.content_type} | ({"Content-Encoding": "gzip"} if compressed else {})
        self._connection.request("POST", f"/v1/{request.signal}", gzip.compress(body, 1) if compressed else body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status == 200:
            self._check(answer)
            return True
        if response.status not in (429, 503):
            raise Refused(f"answered {response.status}: {answer[:300]!r}")
        return False


class HttpProtobuf(HttpJson):
    content_type = "application/x-protobuf"

    def _body(self, request):
        return request.protobuf

    def _check(self, answer):
        if answer:
            raise Refused(f"partly rejected: {answer!r}")


class Grpc(Wire):
    """On the port of HTTP."""

    def __init__(self):
        super().__init__()
        self._refusals = 0

    def _connect(self, address):
        return GrpcConnection(address, CLIENT_SECONDS_MAX)

    def _exchange(self, request, compressed):
        message = gzip.compress(request.protobuf, 1) if compressed else request.protobuf
        went_well, answer = self._connection.call(message, compressed, request.signal)
        if answer:
            raise Refused(f"partly rejected: {answer!r}")
        self._refusals = 0 if went_well else self._refusals + 1
        if self._refusals > REFUSALS_MAX:
            raise Refused(f"a call was refused {self._refusals} times")
        return went_well


WIRES = {"json": HttpJson, "protobuf": HttpProtobuf, "grpc": Grpc}


class Client(threading.Thread):
    """One agent and its connection. A request without an answer is sent again, byte for byte, until it has one."""

    def __init__(self, server, ledger, agent, wire, coins):
        super().__init__(daemon=True, name=f"client of {type(wire).__name__}")
        self._server, self._ledger, self._agent, self._wire = server, ledger, agent, wire
        self._coins = random.Random(coins)
        self.problem = None
        self.is_waiting = False  # for an answer
        self.acknowledged = 0
        self.retries = 0

    def run(self):
        try:
            while not self._server.stopped and self.problem is None:
                self._deliver(self._agent.request())
        except Exception as error:  # a thread that dies in silence would make the test weaker, not fail
            self.problem = f"{self.name}: {error!r}"

    def _deliver(self, request):
        compressed = self._coins.random() < 0.5
        self._ledger.send(request)
        if not self._send(request, compressed):
            return
        self._ledger.acknowledge(request)
        self.acknowledged += 1
        if self._coins.random() < REPEATED:
            self._send(request, compressed)

    def _send(self, request, compressed):
        """Until it is acknowledged, or the load ends and the server is away."""
        while (address := self._server.wait()) is not None:
            self.is_waiting = True
            taken = self._wire.send(address, request, compressed)
            self.is_waiting = False
            if taken:
                return True
            self.retries += 1
            time.sleep(PAUSE_SECONDS)
        return False

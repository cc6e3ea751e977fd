"""Just enough of gRPC over HTTP/2 for the crash test's clients, from the standard library alone: one call at a time over
one connection. Heads are not decoded: a call that went well is the only one that is answered with a message and then
trailers, one that was refused has a head and nothing else."""

import socket
import struct

METHODS = {signal: f"/opentelemetry.proto.collector.{package}.v1.{service}/Export"
           for signal, package, service in (("traces", "trace", "TraceService"), ("logs", "logs", "LogsService"),
                                            ("metrics", "metrics", "MetricsService"))}
DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 7, 8
END_STREAM, ACK, END_HEADERS = 1, 1, 4
FRAME_BYTES = 16384


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name, value):
    """A header that no table remembers (RFC 7541 section 6.2.2)."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


class GrpcConnection:
    """Raises OSError when the connection breaks, by a kill of the server above all."""

    def __init__(self, address, timeout):
        self.address = address
        self._socket = socket.create_connection(address, timeout)
        self._stream = -1
        self._input = b""
        self._window = 65535  # what the server takes of this connection; each call's own is never smaller here
        self._socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))

    def close(self):
        self._socket.close()

    def call(self, message, compressed, signal="traces", encoding="gzip"):
        """(whether it went well, the answer's message). A message that is refused while it is sent is sent no further."""
        self._stream += 2
        fields = {":method": "POST", ":scheme": "http", ":path": METHODS[signal], ":authority": "localhost", "te": "trailers",
                  "content-type": "application/grpc"} | ({"grpc-encoding": encoding} if compressed else {})
        head = b"".join(literal(name, value) for name, value in fields.items())
        self._socket.sendall(frame(HEADERS, END_HEADERS, self._stream, head))
        body = struct.pack(">BI", compressed, len(message)) + message
        for at in range(0, len(body), FRAME_BYTES):
            part = body[at:at + FRAME_BYTES]
            while self._window < len(part):
                kind, flags, stream, _ = self._read_frame()
                if kind == GOAWAY:
                    raise ConnectionError("the server goes away")
                if stream == self._stream and (kind == RST_STREAM or flags & END_STREAM):
                    return False, b""
            self._window -= len(part)
            self._socket.sendall(frame(DATA, END_STREAM if at + len(part) == len(body) else 0, self._stream, part))
        return self._answer()

    def _answer(self):
        answer = b""
        while True:
            kind, flags, stream, payload = self._read_frame()
            if stream != self._stream:
                continue
            if kind == RST_STREAM:
                raise ConnectionError("the call was reset")
            if kind == DATA:
                answer += payload
            if kind == HEADERS and flags & END_STREAM:
                return bool(answer), answer[5:]

    def _read(self, size):
        while len(self._input) < size:
            got = self._socket.recv(65536)
            if not got:
                raise ConnectionError("the server hung up")
            self._input += got
        got, self._input = self._input[:size], self._input[size:]
        return got

    def _read_frame(self):
        head = self._read(9)
        kind, flags, stream = head[3], head[4], struct.unpack(">I", head[5:])[0]
        payload = self._read(int.from_bytes(head[:3], "big"))
        if kind == SETTINGS and not flags & ACK:
            self._socket.sendall(frame(SETTINGS, ACK, 0))
        if kind == WINDOW_UPDATE and stream == 0:
            self._window += struct.unpack(">I", payload)[0]
        return kind, flags, stream, payload

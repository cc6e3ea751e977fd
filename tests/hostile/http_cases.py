"""Hostile requests as bytes, each with what has to come back: the statuses in order, whether the server then hangs up, and
the counter that goes up. `SMUGGLED` hides behind many of them: a second answer means that server and client do not agree
where a request ends."""

from __future__ import annotations

from dataclasses import dataclass

HOST = b"Host: localhost\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
PLAIN = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
MALFORMED = 'strobe_http_refused_requests_total{reason="malformed"}'
TOO_LARGE = 'strobe_http_refused_requests_total{reason="too_large"}'
FORBIDDEN = 'strobe_http_refused_requests_total{reason="forbidden_host"}'


@dataclass(frozen=True)
class Case:
    name: str
    sent: bytes
    statuses: tuple[int, ...]
    closes: bool = True
    counter: str = ""


def head(*lines: bytes, target: bytes = b"/v1/traces", method: bytes = b"POST", version: bytes = b"HTTP/1.1") -> bytes:
    first = method + b" " + target + b" " + version + b"\r\n"
    return first + HOST + b"Content-Type: application/x-protobuf\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def refused(name: str, sent: bytes, status: int = 400) -> Case:
    return Case(name, sent, (status,), True, MALFORMED)


def framing() -> list[Case]:
    cases = [
        refused("both lengths", head(b"Content-Length: 4", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + SMUGGLED),
        refused("two equal lengths", head(b"Content-Length: 0", b"Content-Length: 0") + SMUGGLED),
        refused("two different lengths", head(b"Content-Length: 0", b"Content-Length: 44") + SMUGGLED),
        refused("space before the colon", head(b"Content-Length : 44") + SMUGGLED),
        refused("chunked, space before the colon", head(b"Transfer-Encoding : chunked") + b"0\r\n\r\n" + SMUGGLED),
        refused("folded line", head(b"X-A: b\r\n Content-Length: 44") + SMUGGLED),
        refused("folded with a tab", head(b"Transfer-Encoding:\r\n\tchunked") + b"0\r\n\r\n" + SMUGGLED),
        refused("bare line feed", b"GET /healthz HTTP/1.1\nHost: localhost\n\n" + SMUGGLED),
        refused("one bare line feed", b"GET /healthz HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n" + SMUGGLED),
        refused("bare carriage return", head(b"X: a\rContent-Length: 44") + SMUGGLED),
        refused("zero byte in a value", head(b"X: a\0b") + SMUGGLED),
        refused("zero byte in a name", head(b"X\0: a") + SMUGGLED),
        refused("no colon", head(b"Content-Length 44") + SMUGGLED),
        refused("no name", head(b": 44") + SMUGGLED),
        refused("chunked in HTTP/1.0", head(b"Transfer-Encoding: chunked", version=b"HTTP/1.0") + b"0\r\n\r\n" + SMUGGLED),
        refused("two transfer codings", head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + SMUGGLED),
        Case("longer than it says", head(b"Content-Length: 0") + b"\x01\x02 rubbish\r\n\r\n", (200, 400), True, MALFORMED),
        Case("a length of more than allowed", head(b"Content-Length: 999999999999"), (413,), True, TOO_LARGE),
    ]
    for value in (b"+5", b"-5", b"0x5", b"5 5", b"5,5", b"1e1", b"5;", b"", b"abc", b"9223372036854775808",
                  b"18446744073709551616", b"18446744073709551621", b"9" * 400, b"\xb2"):
        cases.append(Case(f"length {value[:24]!r}", head(b"Content-Length: " + value) + b"12345" + SMUGGLED,
                          (413,) if value == b"9223372036854775808" else (400,), True,
                          TOO_LARGE if value == b"9223372036854775808" else MALFORMED))
    for value in (b"xchunked", b"chunked, identity", b"identity", b"chunked, chunked", b"gzip, chunked", b"chunkedx", b"",
                  b"\"chunked\"", b"chunked;q=1"):
        cases.append(refused(f"coding {value!r}", head(b"Transfer-Encoding: " + value) + b"0\r\n\r\n" + SMUGGLED, 501))
    return cases


def chunks() -> list[Case]:
    begin = head(b"Transfer-Encoding: chunked")
    bad = {"size beyond 64 bits": b"FFFFFFFFFFFFFFFFF\r\n", "size of 60 bits": b"1000000000000000\r\n", "negative": b"-1\r\n",
           "plus": b"+5\r\nhello\r\n", "hexadecimal prefix": b"0x5\r\nhello\r\n", "leading space": b" 5\r\nhello\r\n",
           "no size": b"\r\nhello\r\n", "only an extension": b";a=b\r\n", "bare line feed": b"5\nhello\r\n", "data too long": b"5\r\nhello world\r\n",
           "no line behind the data": b"1\r\naXX", "zero byte": b"5;\0\r\nhello\r\n", "endless zeros": b"0" * 5000 + b"\r\n",
           "endless extension": b"1;" + b"a" * 5000 + b"\r\n", "endless trailer": b"0\r\nX: " + b"a" * 20000 + b"\r\n\r\n",
           "trailer with a bare line feed": b"0\r\nX: y\n\r\n"}
    cases = [refused(f"chunk: {name}", begin + body + b"0\r\n\r\n" + SMUGGLED) for name, body in bad.items()]
    cases.append(Case("chunk: larger than allowed", begin + b"FFFFFFFFFF\r\n", (413,), True, TOO_LARGE))
    cases.append(Case("chunk extensions and trailers", begin + b"0;a=b;c=\"d\"\r\nX: y\r\nContent-Length: 5\r\n\r\n" + PLAIN, (200, 200), False))
    return cases


def targets() -> list[Case]:
    def ask(line: bytes, *lines: bytes) -> bytes:
        return line + b"\r\n" + b"".join(one + b"\r\n" for one in lines) + b"\r\n"

    return [
        Case("absolute form", ask(b"GET http://localhost/healthz HTTP/1.1", b"Host: other.example"), (200,), False),
        Case("absolute form of another host", ask(b"GET http://evil.example/healthz HTTP/1.1", b"Host: localhost"), (403,), False, FORBIDDEN),
        Case("another host", ask(b"GET /healthz HTTP/1.1", b"Host: evil.example"), (403,), False, FORBIDDEN),
        Case("a host and more", ask(b"GET /healthz HTTP/1.1", b"Host: localhost@evil.example"), (403,), False, FORBIDDEN),
        refused("two hosts", ask(b"GET /healthz HTTP/1.1", b"Host: localhost", b"Host: evil.example")),
        refused("no host", ask(b"GET /healthz HTTP/1.1")),
        refused("authority form", ask(b"CONNECT localhost:443 HTTP/1.1", b"Host: localhost")),
        refused("relative target", ask(b"GET healthz HTTP/1.1", b"Host: localhost")),
        refused("another scheme", ask(b"GET ftp://localhost/ HTTP/1.1", b"Host: localhost")),
        refused("HTTP/0.9", b"GET /healthz\r\n\r\n"),
        refused("another version", ask(b"GET /healthz HTTP/9.9", b"Host: localhost")),
        refused("a lower-case version", ask(b"GET /healthz http/1.1", b"Host: localhost")),
        refused("spaces in the target", ask(b"GET /health z HTTP/1.1", b"Host: localhost")),
        Case("OPTIONS *", ask(b"OPTIONS * HTTP/1.1", b"Host: localhost"), (404,), False),
        Case("a method nobody knows", ask(b"BREW /healthz HTTP/1.1", b"Host: localhost"), (405,), False),
        Case("a method of 64 KB", b"A" * 65600 + b" / HTTP/1.1\r\n" + HOST + b"\r\n", (431,), True, MALFORMED),
        Case("a path of 60 KB", b"GET /" + b"a" * 60000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", (404,), False),
        Case("a path of 64 KB", b"GET /" + b"a" * 65600 + b" HTTP/1.1\r\n" + HOST + b"\r\n", (431,), True, MALFORMED),
        Case("10,000 headers", b"GET /healthz HTTP/1.1\r\n" + HOST + b"a: b\r\n" * 10000 + b"\r\n", (200,), False),
        Case("too many headers", b"GET /healthz HTTP/1.1\r\n" + HOST + b"a: b\r\n" * 12000 + b"\r\n", (431,), True, MALFORMED),
        Case("a header too long", b"GET /healthz HTTP/1.1\r\n" + HOST + b"a: " + b"b" * 70000 + b"\r\n\r\n", (431,), True, MALFORMED),
        Case("Expect of something else", head(b"Expect: 200-ok", b"Content-Length: 5") + SMUGGLED, (417,), True, MALFORMED),
        Case("Expect a hundred times", head(b"Expect: 100-continue", b"Content-Length: 0") * 100, (200,) * 100, False),
        Case("upgrade to a websocket", ask(b"GET /healthz HTTP/1.1", b"Host: localhost", b"Connection: Upgrade", b"Upgrade: websocket",
                                           b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="), (200,), False),
        refused("a TLS greeting", bytes.fromhex("1603010200010001fc0303") + b"\x11" * 500),
        refused("SSH", b"SSH-2.0-client\r\n\r\n"),
        Case("an unknown content coding", head(b"Content-Encoding: br", b"Content-Length: 5") + b"12345", (415,), True, MALFORMED),
        Case("two content codings", head(b"Content-Encoding: gzip, gzip", b"Content-Length: 5") + b"12345", (415,), True, MALFORMED),
    ]


# Answered by the API as what they are; nothing is counted, the status is.
API_TARGETS = {
    "/api/sessions/%00": (400, 404), "/api/sessions/..%2f..%2fetc%2fpasswd": (400, 404), "/api/../healthz": (404,),
    "/api/sessions/%c0%af": (400, 404), "/api/sessions/%ff%fe": (400, 404), "/api/sessions/%": (400, 404),
    "/api/sessions/%zz": (400, 404), "/api/sessions?limit=-1": (400,), "/api/sessions?limit=99999999999999999999": (400,),
    "/api/sessions?limit=1&limit=1": (400,), "/api/sessions?cursor=%00%00": (400,), "/api/sessions?" + "a&" * 5000: (400,),
    "/api/search?q=" + "%22" * 3000: (200, 400), "/api/search?q=%27%3B%20DROP%20TABLE%20spans": (200, 400),
    "/api/search?q=" + "a*" * 5000: (200, 400, 503), "/api/sessions?since=" + "9" * 5000: (400,),
    "/api/spans/%2e%2e/%2e%2e": (400, 404), "/api//sessions": (404,), "/api/sessions/" + "last~" * 2000: (400, 404),
    "/api/sessions/last~99999999999999999999": (400, 404), "/api/stats?by=%00": (400,), "/healthz/..": (404,), "//": (404,),
}


def raw_cases() -> list[Case]:
    return framing() + chunks() + targets()

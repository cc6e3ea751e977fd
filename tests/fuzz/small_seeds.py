"""Seeds that are made here: the small languages that people and programs speak to Strobe."""

import gzip
import json
import struct
import zlib
from random import Random

MODEL_NAMES = (b"gpt-4o", b"openai/gpt-4o-2024-08-06", b"anthropic/claude-sonnet-4-5", b"bedrock/eu.amazon.nova-pro-v1:0",
               b"/", b"no such")

STATEMENTS = (
    b"SELECT * FROM session",
    b"SELECT name, sum(cost) FROM session GROUP BY 1 HAVING count(*) > 0 ORDER BY 2 LIMIT 3",
    b"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i FROM n",
    b"SELECT json_extract('{\"a\": [1, 2]}', '$.a[1]'), hex(randomblob(4)), printf('%5.2f', 1.5)",
    b"SELECT row_number() OVER (PARTITION BY name ORDER BY cost) FROM session",
    b"SELECT name FROM sessions WHERE name LIKE '%o%' OR name GLOB '*n' -- end",
    b"PRAGMA table_info(session)", b"PRAGMA user_version = 3", b"DELETE FROM session", b"SELECT 1; SELECT 2", b"SELECT ?1",
    b"ATTACH '/tmp/x' AS x", b"SELECT load_extension('x')", b"SELECT zeroblob(100000000)", b"VALUES (x'00ff')",
)

SEARCHES = (b"word", b"\"a word\" other*", b"NOT word OR near(", b"\"not closed", b"w*rd a:b ^c {d e}:f",
            b"caf\xc3\xa9 \xff\xfe -minus + plus")

HOSTILE_TEXTS = (
    b"plain", b"\x1b[31mred\x1b[0m \x1b]0;title\x07", "\u202eabc\u2066def\u2069 \u200b\ufeff".encode(),
    b"\xff\xfe\xc0\xaf\xed\xa0\x80", "日本語のテキスト e\u0301 \U0001f468\u200d\U0001f469".encode(),
    b"a\tb\nc\r\nd\0e\x7f", b"word " * 30, b"x" * 200,
)


def any_bytes():
    """analyze/analyses_fuzz.cc: each byte is a choice, so that all of them are sessions."""
    return [b"", *(Random(seed).randbytes(200 << seed) for seed in range(7))]


def typed_texts():
    """Times, durations, sizes, encodings, ids."""
    return [
        b"2026-01-30T12:00:00.123456789+02:00", b"2026-02-29", b"2026-01-30 12:00:30", b"now", b"today", b"yesterday",
        b"7d ago", b"2h30m", b"1.5h", b"@1700000000.5", b"@-9223372036", b"9999-12-31", b"0000-01-01", b"300y", b"106751d",
        b"500MB", b"1.5 GiB", b"2g", b"4096", b"1e3k", b"0x10", b"9223372036854775807", b"-1", b"inf", b"nan",
        b"aGVsbG8=", b"aGVsbG8", b"_-==", b"%41%zz", b"a%2Fb+c", b"00112233445566778899aabbccddeeff", b"0011223344556677",
        b"sesions", b"",
    ]


def compressed():
    """codec/content_fuzz.cc: a coding, then bytes of it. zstd as frames of raw and run-length blocks, made by hand."""
    text = b"some text that repeats, some text that repeats, " * 40
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = raw.compress(text) + raw.flush()
    magic = b"\x28\xb5\x2f\xfd"
    raw_frame = magic + b"\x20" + bytes((5,)) + struct.pack("<I", 5 << 3 | 1)[:3] + b"hello"
    run_frame = magic + b"\x00\x58" + struct.pack("<I", 1000 << 3 | 1 << 1 | 1)[:3] + b"x"
    bomb = gzip.compress(bytes(3 << 20), mtime=0)
    two_members = gzip.compress(b"", mtime=0) + gzip.compress(b"two", mtime=0)
    return [
        b"\0" + gzip.compress(text, mtime=0), b"\0" + two_members, b"\0" + bomb,
        b"\1" + zlib.compress(text), b"\1" + deflated, b"\2" + raw_frame, b"\2" + run_frame + raw_frame, b"\3" + text,
        *(bytes((4 + 8 * how,)) + content for how in range(5) for content in (raw_frame[4:], text[:100])),
    ]


def price_list():
    """prices/price_list_fuzz.cc: a small list with every kind of price and clause."""
    match = {"or": [{"equals": "a"}, {"starts_with": "gpt"}, {"ends_with": "x"}, {"contains": "son"}, {"regex": "^cl.*5$"}]}
    always = {"input": [3, [200000, 6]], "output": 15.5, "cache_read": 0.3, "cache_write": 3.75, "reasoning": 15}
    at_times = {"from": "2026-03-13", "between_s": [0, 3600], "input": 0.075, "thousand_requests": 5}
    model = {"id": "a", "match": match, "context_window": 200000, "prices": [always, at_times]}
    provider = {"id": "openai", "provider_match": {"contains": "openai"}, "model_match": match, "fallback": ["other"],
                "models": [model]}
    return b"\0" + json.dumps({"source": "a list", "date": "2026-11-21", "providers": [provider]}).encode()


def framings():
    """net/framing_fuzz.cc: heads, chunked bodies, gRPC messages and statuses, answers, addresses."""
    heads = (
        b"POST /v1/traces?a=b HTTP/1.1\r\nHost: localhost:4318\r\nContent-Type: Application/JSON; charset=utf-8\r\n"
        b"Content-Length: 12\r\nContent-Encoding: gzip\r\nExpect: 100-continue\r\n\r\n",
        b"GET http://example.com/api HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n", b"\x16\x03\x01\x02",
    )
    chunked = (b"5\r\nhello\r\n0\r\n\r\nGET /", b"a;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", b"0fffffffffffffff\r\n",
               b"5\nhello")
    messages = (b"\0\0\0\0\5hello", b"\1\0\0\0\1x", b"\0\0\1\0\0", b"\2\0\0\0\0", b"\0\0\0\0\1ab")
    addresses = (b"127.0.0.1:4318", b":0", b"4318", b"[::1]:80", b"[fe80::1%25eth0]:1", b"Example.com.:80", b"localhost:99999")
    statuses = (b"store is full: \xff\n%", b"gzip", b"text/plain\r\nX: y" * 3)
    return [bytes((kind,)) + seed for kind, seeds in enumerate((heads, chunked, messages, statuses, statuses, addresses))
            for seed in seeds]


def frame(kind, flags, stream, payload):
    """Of HTTP/2: RFC 9113 section 4.1."""
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def grpc_call(stream, message, more_fields=()):
    """One unary call: HEADERS with literal fields (RFC 7541 section 6.2.2), DATA."""
    fields = ((b":method", b"POST"), (b":scheme", b"http"), (b":path", b"/a.B/C"), (b":authority", b"localhost"),
              (b"te", b"trailers"), (b"content-type", b"application/grpc"), *more_fields)
    block = b"".join(b"\0" + bytes((len(name),)) + name + bytes((len(value),)) + value for name, value in fields)
    return frame(1, 4, stream, block) + frame(0, 1, stream, b"\0" + struct.pack(">I", len(message)) + message)


def connections():
    """net/connection_fuzz.cc. An odd first byte: what follows HTTP/2's preface, which it sends itself."""
    post = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n"
    zipped = gzip.compress(b"some text", mtime=0)
    http = (
        post + b"Content-Length: 5\r\n\r\nhello",
        post + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        post + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(zipped) + zipped,
        b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        post + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\nab", post + b"Content-Length: 99\r\n\r\nshort",
    )
    call = grpc_call(1, b"hello")
    grpc = (
        call + grpc_call(3, b""), grpc_call(1, b"x", ((b"grpc-encoding", b"gzip"), (b"grpc-timeout", b"1S"))), call[:-3],
        frame(6, 0, 0, b"12345678") + frame(3, 0, 1, b"\0\0\0\1") + frame(8, 0, 0, b"\0\0\1\0"),
        frame(4, 0, 0, b"\0\4\0\0\0\0") + call + frame(9, 4, 1, b""), frame(7, 0, 0, b"\0\0\0\0\0\0\0\0"),
        b"".join(frame(1, 4, stream, b"\x82") + frame(3, 0, stream, b"\0\0\0\x08") for stream in range(1, 41, 2)),
    )
    return [*(b"\x80" + seed for seed in http), *(b"\x81" + seed for seed in grpc)]


def stored():
    """store/sqlite/stored_fuzz.cc: packed records (context/pack_format.h) and other stored forms by hand."""
    text = b"\x03abc"
    number = b"\x05" + struct.pack("<d", 1.5)
    attributes = (b"\x06" + text + b"\x01" + text + text + b"\x04\x0e" + text + number + text + b"\x06\x02\x02\x03" +
                  text + b"\x07\x01" + text + b"\x00" + text + b"\x08" + text)
    holes = (b"\x04" + text + b"\x09\x06\x01" + text + b"\x0a\x00\x02\x01,\x02\x04\x05ab" + text + b"\x0b\x01\x03" +
             text + b"\x0c\x02\x00\x00")
    span = b"\x01\x10" + b"t" * 16 + b"\x08" + b"s" * 8 + b"\x00\x00" + text + b"\x02\x80\x01\x14"
    tail = b"\x00\x00\x00\x00\x00\x00\x02\x01"
    log = b"\x01\x02\x00\x12" + text + b"\x01" + text + attributes + b"\x00\x00" + text * 3
    resource = b"\x01" + attributes + b"\x00\x01" + text * 2 + b"\x01" + text + b"\x00" + text
    value_item, flat_item = b"\0V", b"\0F"
    return [
        b"\0\0" + span + attributes + b"\x00" + tail, b"\0\x20" + span + holes + tail + value_item + b"\x01" + text,
        b"\0\x20" + span + holes + tail + flat_item + b"\x01\x00\x01" + text, b"\1\0" + log, b"\1\0" + resource,
        b"\2\0" + value_item + b"\x07\x01" + text + b"\x01\x05hello", b"\2\0" + flat_item + attributes,
        b"\2\0" + b'{"role": "user", "content": "hello"}', b"\3\0\x00hello", b"\3\0\x29\x20\x05\x29\x00\x00hello",
        b"\4\0\x05\x02\x04\x06\x00", b"\4\0\x06\x00\x02\x02", b"\5\x80\x02\x00\x03\x05\x01\x04" + b'a"b\n' * 4,
    ]

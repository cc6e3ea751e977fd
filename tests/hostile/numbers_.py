"""Numbers beyond every range: times, tokens, costs, values of metrics, enumerations."""

from __future__ import annotations

import math

from case import EITHER, REFUSED, Case, Expect
from delivery import Body
from shapes import AGENT, CHAT, START, TOOL, span
from wire import Event, Log, Point, Request, to_json

INT_64_MIN, INT_64_MAX, UINT_64_MAX = -(1 << 63), (1 << 63) - 1, (1 << 64) - 1
TIMES = (0, 1, START, INT_64_MAX - 1, INT_64_MAX, INT_64_MAX + 1, UINT_64_MAX, 1 << 62, 253_402_300_800 * 10**7)
COUNTS = (0, -1, 1, INT_64_MIN, INT_64_MIN + 1, INT_64_MAX, INT_64_MAX - 1, 1 << 53, (1 << 53) + 1, -0.0, 0.5, 1e18, 1e308, -1e308, math.nan, math.inf,
          -math.inf, "7", "1e3", "-7", "9223372036854775808", "1e999", "0x10", " 7 ", "7.0", "")  # fmt: skip
USAGE = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens",
         "gen_ai.usage.total_tokens", "gen_ai.usage.reasoning_tokens", "gen_ai.usage.cost", "operation.cost", "cost_usd", "cost_usd_micros", "ttft_ms",
         "gen_ai.response.time_to_first_chunk", "gen_ai.request.temperature", "gen_ai.request.max_tokens")  # fmt: skip
OPENINFERENCE = ("llm.token_count.prompt", "llm.token_count.completion", "llm.token_count.total", "llm.token_count.prompt_details.cache_read",
                 "llm.token_count.prompt_details.cache_write", "llm.token_count.completion_details.reasoning", "llm.cost.total", "llm.cost.prompt")  # fmt: skip


def times() -> Request:
    """Every start with every end."""
    pairs = [(start, end) for start in TIMES for end in TIMES]
    return Request([span(1 + i, 1 if i % 3 else 0, start=start, end=end, attributes=(CHAT, TOOL, AGENT, {})[i % 4],
                         events=[Event("hostile", time=TIMES[i % len(TIMES)]), Event("exception", time=UINT_64_MAX)])
                    for i, (start, end) in enumerate(pairs)],
                   logs=[Log(time=time) for time in TIMES], points=[Point(time=time, name=f"m{time}") for time in TIMES])  # fmt: skip


def sessions_at_every_time() -> Request:
    return Request([span(1 + i, trace=bytes([i + 1]) * 16, start=time, end=time, attributes={**CHAT, "gen_ai.conversation.id": f"hostile {i}"})
                    for i, time in enumerate(TIMES)])  # fmt: skip


def tokens(names: tuple[str, ...], base: dict[str, object]) -> Request:
    """Each count in each place, and all of them at their limits at once: sums must not wrap around."""
    spans = [span(1 + i, attributes={**base, **{name: COUNTS[(i + at) % len(COUNTS)] for at, name in enumerate(names)}})
             for i in range(len(COUNTS))]  # fmt: skip
    spans += [span(100 + i, attributes={**base, **dict.fromkeys(names, INT_64_MAX)}) for i in range(4)]
    spans += [span(200 + i, attributes={**base, **dict.fromkeys(names, INT_64_MIN)}) for i in range(4)]
    return Request(spans)


def metric_values() -> Request:
    values = (math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308, -1e-300, 0.1 + 0.2)
    return Request([span(1)], points=[Point(f"hostile.{i}", value=value, attributes={"n": value}) for i, value in enumerate(values)])


def enumerations() -> Request:
    odd = (-1, 0, 6, 99, (1 << 31) - 1, -(1 << 31))
    return Request([span(1 + i, kind=number, code=number, dropped=(1 << 32) - 1) for i, number in enumerate(odd)])


def json_numbers() -> list[Body]:
    """A document for each number in each place. None may be stored as another number."""
    good = to_json(Request([span(1, attributes={"n": 77})]))["traces"]
    places = (b'"77"', b'"%d"' % span(1).start, b'"droppedAttributesCount":0', b'"kind":1')
    numbers = (b"1e999", b"-1e999", b"1e-999", b"99999999999999999999", b"-9223372036854775809", b"18446744073709551616", b"1.5", b"-0", b"-1", b'"-1"',
               b'"0x1"', b'"1e999"', b'"NaN"', b"NaN", b"Infinity", b'"Infinity"', b"00", b"1.", b".5", b"+1", b"1" * 5000, b'"' + b"9" * 5000 + b'"', b"true",
               b"[]", b"{}", b'""', b'" 1"')  # fmt: skip
    bodies = []
    for place in places:
        key, colon, _ = place.partition(b":")
        bodies += [Body("traces", good.replace(place, key + colon + number if colon else number), True) for number in numbers]
    return bodies


OUT_OF_RANGE = to_json(Request([span(1, attributes={"n": 77})]))["traces"].replace(b'"77"', b'"99999999999999999999"')
CASES = [
    Case("times", times, Expect(spans=81), is_essential=True),
    Case("sessions_at_every_time", sessions_at_every_time, Expect(spans=9), filters=(("--since", "2020-01-01"), ("--until", "2020-01-01"))),
    Case("tokens_genai", lambda: tokens(USAGE, CHAT), Expect(spans=34), is_essential=True),
    Case("tokens_openinference", lambda: tokens(OPENINFERENCE, {"openinference.span.kind": "LLM", "llm.model_name": "gpt-4o"}), Expect(spans=34)),
    Case("metric_values", metric_values, Expect(points=8)),
    Case("enumerations", enumerations, Expect(spans=6)),
    Case("json_numbers", json_numbers, Expect(answers=EITHER), is_large=True),
    Case("json_number_out_of_range", lambda: [Body("traces", OUT_OF_RANGE, True)], Expect(answers=REFUSED, why="expected a 64-bit integer")),
]  # fmt: skip

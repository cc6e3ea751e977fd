"""Time grows with the size, not with its square: each shape at n and at 2n, every command by its user time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import large
import shapes
import values
from case import EITHER, Case, Expect, Limits
from delivery import Body
from wire import Request

if TYPE_CHECKING:
    from checks import Checks

FACTOR_MAX = 3.0  # of linear work 2, of quadratic 4
SECONDS_OF_NOISE = 0.25

# Sizes at which a quadratic step would take seconds.
SHAPES: dict[str, tuple[Callable[[int], Request | list[Body]], int]] = {
    "deep": (shapes.deep, 8000), "wide": (shapes.wide, 8000), "one_cycle": (large.one_cycle, 8000), "orphans": (large.orphans, 8000),
    "at_one_time": (large.at_one_time, 8000), "events_and_links": (large.events_and_links, 20_000), "attributes": (large.attributes, 50_000),
    "twins": (large.twins, 4000), "logs_of_one_span": (large.logs_of_one_span, 6000), "messages": (values.many_messages, 20_000),
    "parts": (values.many_parts, 20_000), "unflattened": (large.unflattened, 8000), "same_span": (large.same_span_again, 6000),
    "value": (large.value, 8 << 20), "spans": (large.spans, 20_000)}  # fmt: skip


def check(checks: Checks, folder: Path) -> None:
    for name, (make, count) in SHAPES.items():
        seconds: list[dict[str, float]] = []
        for size in (count, 2 * count):
            case = Case(f"growth_{name}_{size}", lambda size=size, make=make: make(size), Expect(answers=EITHER),
                        Limits(seconds=60, memory_mib=2000, server_memory_mib=2000), is_large=True)  # fmt: skip
            checks.run(case, folder / case.name)
            seconds.append({without_names(call): spent for call, spent in checks.user_seconds.items()})
            checks.forget(folder / case.name)
        for call, spent in seconds[0].items():
            later = seconds[1].get(call, 0.0)
            if later > 1:
                print(f"growth: {name}: {call}: {spent:.2f} s, {later:.2f} s", flush=True)
            if later > FACTOR_MAX * spent + SECONDS_OF_NOISE:
                checks.tally.complain(f"growth: {name}", [f"{call}: {spent:.2f} s with n, {later:.2f} s with 2n"])


def without_names(call: str) -> str:
    """Ids and paths differ between the two."""
    return " ".join("ID" if len(word) == 32 else Path(word).name if "/" in word else word for word in call.split(" "))

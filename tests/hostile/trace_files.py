"""Trace files as no agent writes them, of both generations of attocode: what a `FileCase` is, and the list of them.

What is wrong is made line by line, by functions that take the lines of honest files and return bytes, so that one file can
hold several kinds of it (`combined`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random

import odd_folders
from case import Limits
from documents import leaves, replaced
from texts import INVALID, SPITE

GOLDEN = Path(__file__).resolve().parents[1] / "golden/shared"
MIB = 1 << 20
SEED = 6
Line = dict[str, object]


@dataclass(frozen=True)
class FileCase:
    name: str
    make: Callable[[Path], Path]  # writes below a folder; the file or folder that is asked about
    broken: tuple[int, ...] | None = None  # lines that are reported, in order; None: not known, but they exist
    is_understood: bool | None = True  # False: refused with a reason; None: either
    sessions: int | None = None
    commands: tuple[str, ...] = ()  # of the catalogue; nothing: all that ask about a session
    limits: Limits = Limits()
    is_large: bool = False  # not in --quick
    is_essential: bool = False  # also in --quick of a slow (sanitized) program


def dumped(line: object) -> bytes:
    return json.dumps(line).encode()


def honest(generation: str) -> list[Line]:
    files = ("team_trace", "guide_trace") if generation == "typescript" else ("python_trace",)
    return [json.loads(line) for file in files for line in (GOLDEN / f"{file}.jsonl").read_bytes().splitlines()]


def text_of(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def one_file(make: Callable[[], bytes], name: str = "trace.jsonl") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(make())
        return folder / name

    return write


def of_lines(make: Callable[[list[Line]], Iterable[bytes]], generation: str) -> Callable[[Path], Path]:
    return one_file(lambda: text_of(make(honest(generation))))


# ---- what may be wrong with lines ------------------------------------------------------------------------------------


def with_value(lines: list[Line], values: Iterable[object], every: int) -> Iterator[bytes]:
    """Each line with one of its values another one, at every place; every so-manieth of them."""
    made = (replaced(line, path, value) for line in lines for path in leaves(line) if path for value in values)
    yield from (line for number, line in enumerate(made) if number % every == 0)


ODD = (None, True, -1, 1.5, "", "\x1b[2Jhostile", [], {}, [[]], [{}], {"a": {"b": 1}})
HUGE = (-1, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**400, 1e308, -1e308, 5e-324, 0.1, "99999999999999999999", "-5", "1e9")
wrong_types = partial(with_value, values=ODD)
huge_numbers = partial(with_value, values=HUGE)


def spite(lines: list[Line]) -> Iterator[bytes]:
    """Every text says something that a terminal would obey, or that is no text."""
    said = [json.dumps(text)[1:-1].encode() for text in SPITE] + [text for text in INVALID if b"\n" not in text]
    number = 0
    for line in lines:
        for path in leaves(line):
            at: object = line
            for key in path:
                at = at[key]  # type: ignore[index]
            if isinstance(at, str) and path[-1] not in ("_type", "_ts", "kind"):
                number += 1
                yield replaced(line, path, "?!?").replace(b"?!?", said[number % len(said)] + b"hostile" + said[number % len(said)])
        yield dumped({**line, **{f"key {number}": 1}}).replace(b"key ", said[number % len(said)] + b"key ")


def clocks(lines: list[Line]) -> Iterator[bytes]:
    """Clocks that stand, jump and go back, in every spelling."""
    texts = ("1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "0000-00-00T00:00:00Z", "2026-02-30T25:61:61Z", "now", "", "5m ago",
             "2026-03-01", "2026-03-01T10:00:00+99:99", "2026-03-01T10:00:00.123456789123456789Z", "1" * 400)  # fmt: skip
    numbers = (0, -1, 1, 1e12, 1.7e9, 1_700_000_000_123, 9e15, 2**63, 1e300, -0.0, 253402300799, 1e-9)
    for number, time in enumerate((*texts, *numbers)):
        for line in lines[number % 3 :: 3]:
            yield dumped({**line, "_ts" if "_ts" in line else "timestamp": time})


def same_ids(lines: list[Line]) -> Iterator[bytes]:
    """Everything has one name, told again and again, at the same time and at others."""
    one = {"requestId": "x", "executionId": "x", "taskId": "x", "subagentId": "x", "event_id": "x", "parent_event_id": "x", "traceId": "x",
           "session_id": "x", "sessionId": "x", "parentSessionId": "x"}  # fmt: skip
    for line in (*lines, *lines[::-1], *lines):
        yield dumped({key: one.get(key, value) for key, value in line.items()})


def cycles_of_agents(lines: list[Line]) -> Iterator[bytes]:
    """Agents that spawned each other, themselves, and those that spawned them."""
    pairs = (("a", "b"), ("b", "a"), ("c", "c"), ("d", "e"), ("e", "f"), ("f", "d"), ("", ""), ("main", "session-team"))
    for number, line in enumerate(lines):
        own, above = pairs[number % len(pairs)]
        if "_ts" in line:
            yield dumped({**line, "subagentId": own, "subagentType": own, "parentSessionId": above, "spawnedAtIteration": number})
            link = {"parentSessionId": own, "parentTraceId": own, "childSessionId": above, "childTraceId": line.get("traceId", above),
                    "childConfig": {"agentType": own}, "spawnContext": {"parentIteration": number}, "result": {"success": True}}  # fmt: skip
            yield dumped({"_type": "subagent.link", "_ts": line["_ts"], "traceId": line.get("traceId"), "link": link})
        else:
            kind = ("subagent_spawn", "subagent_complete", "swarm_task_start", "swarm_wave_start", "subagent_timeout")[number % 5]
            yield dumped({**line, "kind": kind, "event_id": own, "parent_event_id": above, "data": {"agent_id": own, "task_id": above, "wave": 1}})
            yield dumped({**line, "event_id": above, "parent_event_id": own})


def nested(lines: list[Line]) -> Iterator[bytes]:
    for line in lines:
        for depth in (100, 510, 600):
            field = b'"input"' if "_ts" in line else b'"data"'
            yield dumped(line)[:-1] + b"," + field + b":" + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    yield b"[" * 200_000
    yield b'{"a":' * 200_000


def other_generations(_: list[Line]) -> Iterator[bytes]:
    """One line of each kind of file after the other."""
    both = (*honest("typescript"), *honest("python"))
    otlp = b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef"}]}]}]}'
    for line in both[::2] + both[1::2]:
        yield dumped(line)
        yield otlp


def keys_again(lines: list[Line]) -> Iterator[bytes]:
    """Every member twice, with another value each time."""
    for line in lines:
        again = dumped({key: -1 for key in line})
        yield dumped(line)[:-1] + b"," + again[1:]
        yield again[:-1] + b"," + dumped(line)[1:]


def many_keys(lines: list[Line]) -> Iterator[bytes]:
    yield from (dumped({**line, **{f"k{number}": number for number in range(2000)}}) for line in lines)


def no_lines_at_all(_: list[Line]) -> Iterator[bytes]:
    yield from (b"", b"   ", b"\r", b"null", b"[]", b"1", b'"x"', b"{}", b"{", b"}", b"\0" * 100, b"\xff" * 100, b"{\"_type\"}", b"NaN")


KINDS: dict[str, Callable[[list[Line]], Iterable[bytes]]] = {
    "wrong_types": partial(wrong_types, every=5), "huge_numbers": partial(huge_numbers, every=5), "spite": spite, "clocks": clocks,
    "same_ids": same_ids, "cycles_of_agents": cycles_of_agents, "nested": nested, "other_generations": other_generations,
    "keys_again": keys_again, "many_keys": many_keys, "no_lines_at_all": no_lines_at_all,
    "backwards": lambda lines: [dumped(line) for line in lines[::-1]],
    "beginning_missing": lambda lines: [dumped(line) for line in lines[2:-1]],
    "only_ends": lambda lines: [dumped(line) for line in lines if str(line.get("_type", line.get("kind"))).endswith(("end", "response", "complete"))],
}  # fmt: skip


def combined(lines: list[Line]) -> Iterator[bytes]:
    """Some of everything: the one file that a sanitized program is asked about. An honest line stands first, so that the
    file is known for what it is."""
    yield dumped(lines[0])
    for name, kind in KINDS.items():
        made = [line for line in kind(lines) if len(line) < MIB]
        yield from made[:: max(1, len(made) // 40)] if name != "spite" else made[::3]
    yield dumped(lines[-1])[:-9]


# ---- whole files -----------------------------------------------------------------------------------------------------


def cut_anywhere(generation: str, samples: int, folder: Path) -> Path:
    """A folder of one file, cut at so many places."""
    whole = text_of(dumped(line) for line in honest(generation))
    for place in sorted({*range(12), *Random(SEED).sample(range(len(whole)), min(samples, len(whole)))}):
        (folder / f"{place:06}.jsonl").write_bytes(whole[:place])
    return folder


def long_lines(size: int) -> bytes:
    """A line of that size that is whole, one that is broken, and honest ones around them."""
    lines = [dumped(line) for line in honest("typescript")]
    tool = next(line for line in honest("typescript") if line["_type"] == "tool.execution")
    whole = dumped({**tool, "executionId": "long", "outputPreview": "long hostile text " * (size // 18)})
    return text_of([*lines[:4], whole, *lines[4:6], whole[:-2], *lines[6:8], b"x" * size, *lines[8:]])


def long_beginning(generation: str) -> bytes:
    """What tells the format stands behind a value of three mebibytes, in the first line."""
    first, *others = honest(generation)
    return text_of([dumped({"task": "long " * (3 * MIB // 5), **first}), *(dumped(line) for line in others)])


def short_lines(count: int, sessions: int, unended: bool = False) -> bytes:
    """As many lines as possible, of so many sessions in turn; calls that nobody answers, or points in time."""
    kind = b"session.start" if sessions > 1 else b"llm.request" if unended else b"x"
    return b"".join(b'{"_type":"%s","_ts":%d,"traceId":"%d"}\n' % (kind, 1_700_000_000_000 + number, number % sessions) for number in range(count))


def short_python_lines(count: int, sessions: int) -> bytes:
    return b"".join(b'{"event_id":"%d","kind":"tool_start","timestamp":%d.5,"session_id":"%d","data":{"tool":"t%d"}}\n'
                    % (number, 1_700_000_000 + number, number % sessions, number) for number in range(count))  # fmt: skip


def many_agents(count: int) -> bytes:
    """Each with a line of its own and a link, each spawned by the one before."""
    lines = []
    for number in range(count):
        lines.append(b'{"_type":"llm.request","_ts":%d,"traceId":"t","subagentId":"a%d","parentSessionId":"a%d","requestId":"r%d"}'
                     % (1_700_000_000_000 + number, number, number - 1, number))  # fmt: skip
        lines.append(b'{"_type":"subagent.link","_ts":%d,"traceId":"t","link":{"childSessionId":"c%d","childTraceId":"t%d"}}'
                     % (1_700_000_000_000 + number, number, number))  # fmt: skip
    return text_of(lines)


def broken_here_and_there() -> bytes:
    lines = [dumped(line) for line in honest("typescript")][:12]
    lines[3] = lines[3][:-5]
    lines[7] = b"no JSON \x1b[2J"
    lines[9] = b'{"_ts": 1}'
    return text_of(lines)[:-4]


BROKEN_LINES = (4, 8, 10, 12)
SOME = ("show", "analyze", "verify", "export")
HEAVY = Limits(seconds=40, memory_mib=1500)
NOTHING = {"empty": b"", "blank": b" \n\t\r\n\n", "mark_only": b"\xef\xbb\xbf", "zeros": b"\0" * 5000, "words": b"hello\nworld\n", "brace": b"{",
           "empty_objects": b"{}\n{}\n", "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "numbers": b"1\n2\n3\n"}  # fmt: skip


def of_generation(generation: str) -> Iterator[FileCase]:
    for name, kind in KINDS.items():
        is_alone = name in ("no_lines_at_all", "nested", "many_keys", "wrong_types", "huge_numbers", "clocks")
        made = (lambda lines, kind=kind: [dumped(lines[0]), *kind(lines)]) if is_alone else kind
        yield FileCase(f"{generation}_{name}", of_lines(made, generation), limits=Limits(seconds=20))
    for name, kind in (("wrong_types", wrong_types), ("huge_numbers", huge_numbers)):
        made = lambda lines, kind=kind: [dumped(lines[0]), *kind(lines, every=1)]
        yield FileCase(f"{generation}_all_{name}", of_lines(made, generation), limits=HEAVY, is_large=True)
    yield FileCase(f"{generation}_combined", of_lines(combined, generation), commands=("show", "analyze", "context", "verify"), is_essential=True)
    yield FileCase(f"{generation}_cut", partial(cut_anywhere, generation, 60), commands=SOME)
    yield FileCase(f"{generation}_cut_often", partial(cut_anywhere, generation, 2000), commands=SOME, is_large=True)
    yield FileCase(f"{generation}_long_beginning", one_file(partial(long_beginning, generation)), broken=(), commands=SOME)


def all_file_cases() -> list[FileCase]:
    named = "\x1b[2J\u202e \udcff.jsonl"
    return [
        *of_generation("typescript"), *of_generation("python"),
        *(FileCase(f"nothing_{name}", one_file(lambda content=content: content), is_understood=None, commands=SOME) for name, content in NOTHING.items()),
        FileCase("broken_here_and_there", one_file(broken_here_and_there), broken=BROKEN_LINES, sessions=1),
        FileCase("hostile_name", one_file(broken_here_and_there, named), broken=BROKEN_LINES, sessions=1),
        FileCase("odd_folder", partial(odd_folders.odd, GOLDEN / "team_trace.jsonl"), sessions=1, is_essential=True, commands=("show", "verify")),
        FileCase("folder_of_nothing", odd_folders.empty, is_understood=False, commands=SOME),
        FileCase("folder_of_300", partial(odd_folders.many, 300), broken=(), sessions=300, commands=SOME),
        FileCase("folder_of_10000", partial(odd_folders.many, 10_000), broken=(), sessions=10_000, commands=SOME, limits=HEAVY, is_large=True),
        FileCase("long_lines_1_mib", one_file(partial(long_lines, MIB)), broken=(6, 8, 11), limits=HEAVY),
        FileCase("long_lines_10_mib", one_file(partial(long_lines, 10 * MIB)), broken=(6, 8, 11), limits=HEAVY, is_large=True),
        FileCase("line_of_300_mib", one_file(partial(long_lines, 300 * MIB)), broken=(5, 8, 11), limits=HEAVY, commands=("verify",), is_large=True),
        FileCase("short_lines_20000", one_file(partial(short_lines, 20_000, 1)), broken=(), sessions=1, commands=SOME),
        FileCase("short_lines_a_million", one_file(partial(short_lines, 1_000_000, 1)), broken=(), sessions=1, commands=("verify",),
                 limits=replace(HEAVY, seconds=120, memory_mib=4000), is_large=True),
        FileCase("short_lines_200000", one_file(partial(short_lines, 200_000, 1)), broken=(), sessions=1, limits=HEAVY, is_large=True),
        FileCase("unended_200000", one_file(partial(short_lines, 200_000, 1, unended=True)), broken=(), sessions=1, limits=HEAVY, is_large=True),
        FileCase("sessions_1500", one_file(partial(short_lines, 15_000, 1500)), broken=(), sessions=1500, commands=SOME, limits=HEAVY, is_large=True),
        FileCase("python_sessions_1500", one_file(partial(short_python_lines, 15_000, 1500)), broken=(), sessions=1500, commands=SOME, limits=HEAVY, is_large=True),
        FileCase("python_tools_200000", one_file(partial(short_python_lines, 200_000, 1)), broken=(), sessions=1, commands=SOME, limits=HEAVY, is_large=True),
        FileCase("agents_2000", one_file(partial(many_agents, 2000)), broken=(), sessions=1, commands=("show", "analyze", "blame")),
        FileCase("agents_30000", one_file(partial(many_agents, 30_000)), broken=(), sessions=1, limits=HEAVY, is_large=True),
    ]  # fmt: skip

"""Folders of trace files with more in them than trace files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LINES = b"""{"_type":"session.start","_ts":"2026-01-30T12:00:00.000Z","traceId":"NAME","sessionId":"NAME","task":"hostile"}
{"_type":"llm.request","_ts":"2026-01-30T12:00:01.000Z","traceId":"NAME","requestId":"r","model":"gpt-4o"}
{"_type":"llm.response","_ts":"2026-01-30T12:00:02.000Z","traceId":"NAME","requestId":"r","durationMs":1000,"tokens":{"input":10,"output":5}}
"""


def many(count: int, folder: Path) -> Path:
    """One session each, which goes on after its file ends."""
    for number in range(count):
        (folder / f"{number:06}.jsonl").write_bytes(LINES.replace(b"NAME", b"s%d" % number))
    return folder


def empty(folder: Path) -> Path:
    """Nothing that is looked at."""
    (folder / "notes.txt").write_text("hello")
    (folder / ".hidden.jsonl").write_text("{}")
    (folder / "folder.jsonl").mkdir()
    os.mkfifo(folder / "fifo.jsonl")
    return folder


def odd(trace: Path, folder: Path) -> Path:
    """One honest trace among what must neither block nor crash nor reach the terminal raw."""
    empty(folder)
    shutil.copy(trace, folder / "honest.jsonl")
    os.symlink("honest.jsonl", folder / "again.jsonl")  # the same, told twice
    os.symlink("loop_b.jsonl", folder / "loop_a.jsonl")
    os.symlink("loop_a.jsonl", folder / "loop_b.jsonl")
    os.symlink("nowhere", folder / "dangling.jsonl")
    os.symlink(".", folder / "itself.jsonl")
    os.symlink("/dev/zero", folder / "endless.jsonl")
    os.symlink("/proc/self/mem", folder / "unreadable.jsonl")  # a regular file that cannot be read, not even by root
    names = (b"\x1b[2J.jsonl", b"\xff\xfe.json", "\u202e\u0085.jsonl".encode(), b"new\nline.jsonl", b"-.jsonl", b"--help.json")
    for number, name in enumerate(names):
        with open(bytes(folder) + b"/" + name, "wb") as file:
            file.write((b"", b"no trace \x1b[2J", trace.read_bytes()[:700])[number % 3])
    locked = folder / "locked.jsonl"
    locked.write_bytes(b"{}")
    locked.chmod(0)
    return folder

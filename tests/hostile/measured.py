"""Runs programs and measures them: exit code, CPU time, and the most memory they held.

A child of its own starts them. What wait4 tells of a process's memory is never less than what its parent held when it
started it, so the parent has to stay small while the cases of the runner are large."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

OUTPUT_BYTES_MAX = 1 << 30


@dataclass(frozen=True)
class Ran:
    code: int  # negative: the signal that ended it
    output: bytes
    errors: bytes
    seconds: float
    user_seconds: float
    memory_mib: float
    timed_out: bool


class Measurer:
    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._child = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait()

    def run(self, command: list[str | bytes], seconds_max: float, environment: dict[str, str], stdin: str = "/dev/null") -> Ran:
        assert self._child.stdin is not None and self._child.stdout is not None
        output, errors = self._scratch / "measured.out", self._scratch / "measured.err"
        words = [word if isinstance(word, str) else os.fsdecode(word) for word in command]
        order = {"command": words, "seconds_max": seconds_max, "environment": environment, "stdin": stdin, "output": str(output),
                 "errors": str(errors)}  # fmt: skip
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()
        told = json.loads(self._child.stdout.readline())
        return Ran(output=output.read_bytes(), errors=errors.read_bytes(), **told)


def run_one(order: dict[str, object]) -> dict[str, object]:
    begin = time.monotonic()
    with open(order["output"], "wb") as output, open(order["errors"], "wb") as errors, open(order["stdin"], "rb") as stdin:
        child = subprocess.Popen(order["command"], stdin=stdin, stdout=output, stderr=errors, env=order["environment"])
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(order["seconds_max"], stop)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        timer.join()
    child.returncode = os.waitstatus_to_exitcode(status)  # so that nobody waits once more
    return {"code": child.returncode, "seconds": time.monotonic() - begin, "user_seconds": usage.ru_utime,
            "memory_mib": usage.ru_maxrss / 1024, "timed_out": late.is_set()}  # fmt: skip


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(run_one(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

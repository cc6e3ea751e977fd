#!/usr/bin/env python3
"""Runs the golden cases: what commands print, compared with what somebody has read and agreed to.

    tests/golden/run.py STROBE [CASE...]       compares
    ACCEPT=1 tests/golden/run.py STROBE ...    rewrites expected.txt; review the difference

README.md beside this file says what a case consists of.
"""

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).resolve().parent / "cases"
COMMAND_SECONDS_MAX = 60
DIFF_LINES_MAX = 60

# What differs from run to run: (name, pattern). A case adds its own in a file `holes`: "NAME PATTERN" a line.
HOLES = (
    ("AGO", r"\b(?:\d+(?:\.\d+)? ?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|s|m|h|d) ago|just now)\b"),
    ("ADDRESS", r"(?<=127\.0\.0\.1:)\d{4,5}\b"),
)


@dataclass(frozen=True)
class Command:
    arguments: tuple
    exit_code: int


class CaseError(Exception):
    """The case itself is wrong, whatever the program does."""


def parse_commands(text):
    """One command a line; "exit N: ..." where it shall fail; comments begin with #. Yields Commands."""
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        prefix = re.match(r"exit (\d+):\s*", line)
        words = shlex.split(line[prefix.end():] if prefix else line)
        yield Command(tuple(words[1:] if words[:1] == ["strobe"] else words), int(prefix.group(1)) if prefix else 0)


def parse_holes(text):
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, pattern = line.partition(" ")
            yield name, pattern.strip()


def environment(scratch):
    """Nothing of the machine or of whoever runs the test."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": f"{scratch}/home", "TMPDIR": f"{scratch}/tmp",
        "XDG_DATA_HOME": f"{scratch}/home/data", "XDG_CONFIG_HOME": f"{scratch}/home/config",
        "XDG_CACHE_HOME": f"{scratch}/home/cache", "XDG_STATE_HOME": f"{scratch}/home/state",
        "NO_COLOR": "1", "COLUMNS": "100", "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "dumb",
        # A sanitizer's finding shall not look like an expected failure.
        "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1",
    }


class Case:
    FILES = {"commands", "expected.txt", "holes", "shared", "README.md"}

    def __init__(self, folder):
        self.name = folder.name
        self.folder = folder
        self.inputs = sorted(path for path in folder.iterdir() if path.name.startswith("input"))
        strange = {path.name for path in folder.iterdir()} - {path.name for path in self.inputs} - self.FILES
        if strange:
            raise CaseError(f"no use for {', '.join(sorted(strange))}")
        if not (folder / "commands").is_file():
            raise CaseError("has no file commands")
        self.commands = list(parse_commands((folder / "commands").read_text(encoding="utf-8")))
        if not self.commands:
            raise CaseError("commands holds no command")
        if (folder / "shared").exists():
            shared = folder.parent.parent / "shared"
            self.inputs += [shared / name for name in (folder / "shared").read_text(encoding="utf-8").split()]
        if self.inputs:
            self.commands.insert(0, Command(("import", *(path.name for path in self.inputs)), 0))
        holes = folder / "holes"
        self.holes = [*HOLES, *parse_holes(holes.read_text(encoding="utf-8") if holes.exists() else "")]

    def run(self, strobe):
        """The transcript: each command with what it printed. Every command is a process of its own, on one store."""
        with tempfile.TemporaryDirectory(prefix="strobe-golden-") as scratch:
            work = Path(scratch, "case")
            for made in (work, Path(scratch, "home"), Path(scratch, "tmp")):
                made.mkdir()
            for path in self.inputs:
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, work / path.name)
            text = "".join(self._run_one(strobe, command, scratch) for command in self.commands)
            # The real path too: a temporary folder may be behind a symbolic link.
            for path in {scratch, os.path.realpath(scratch)}:
                text = text.replace(path, "<TMP>")
        for name, pattern in self.holes:
            text = re.sub(pattern, f"<{name}>", text)
        return text

    def _run_one(self, strobe, command, scratch):
        done = subprocess.run([strobe, "--store", f"{scratch}/store.db", *command.arguments], cwd=f"{scratch}/case",
                              env=environment(scratch), stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=COMMAND_SECONDS_MAX)
        header = f"$ strobe {shlex.join(command.arguments)}"
        if done.returncode != command.exit_code:
            raise CaseError(f"{header}\nexit code {done.returncode}, not {command.exit_code}\n"
                            f"{readable(done.stdout)}{readable(done.stderr)}")
        errors = "".join(f"stderr: {line}\n" for line in readable(done.stderr).splitlines())
        code = f"exit code {done.returncode}\n" if done.returncode else ""
        return f"{header}\n{readable(done.stdout)}{errors}{code}\n"


def readable(output):
    text = output.decode("utf-8", errors="backslashreplace")
    return text if not text or text.endswith("\n") else text + "\n(no newline at the end)\n"


def judge(case_folder, strobe, accept):
    """None when the case passes, else what is wrong."""
    try:
        case = Case(case_folder)
        got = case.run(strobe)
    except (CaseError, OSError, ValueError, re.error, subprocess.TimeoutExpired) as error:
        return str(error)
    path = case_folder / "expected.txt"
    expected = path.read_text(encoding="utf-8") if path.exists() else None
    if got == expected:
        return None
    if accept:
        path.write_text(got, encoding="utf-8")
        return None
    if expected is None:
        return f"has no expected.txt; ACCEPT=1 writes it. It would be:\n{got}"
    diff = list(difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got", lineterm=""))
    return "\n".join(diff[:DIFF_LINES_MAX] + ([f"... {len(diff) - DIFF_LINES_MAX} more lines"] if len(diff) > DIFF_LINES_MAX else []))


def main(arguments, cases=CASES):
    if not arguments:
        sys.exit(__doc__)
    strobe, wanted = os.path.abspath(arguments[0]), set(arguments[1:])
    if not os.access(strobe, os.X_OK):
        sys.exit(f"golden: no program at {arguments[0]}")
    folders = sorted(path for path in cases.iterdir() if path.is_dir() and (not wanted or path.name in wanted))
    missing = wanted - {folder.name for folder in folders}
    if missing or not folders:
        print(f"golden: no case {', '.join(sorted(missing)) or f'in {cases}'}")
        return 1
    accept = os.environ.get("ACCEPT") == "1"
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list(pool.map(lambda folder: judge(folder, strobe, accept), folders))
    failed = 0
    for folder, problem in zip(folders, results):
        print(f"{'ok    ' if problem is None else 'FAILED'} {folder.name}")
        if problem is not None:
            failed += 1
            print("\n".join(f"    {line}" for line in problem.splitlines()))
    print(f"golden: {len(folders) - failed} cases passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

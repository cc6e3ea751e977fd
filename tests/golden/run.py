#!/usr/bin/env python3
"""Runs the golden cases: what commands print, compared with what somebody has read and agreed to.

    tests/golden/run.py STROBE [CASE...]       compares; each command is a process of its own ("restart")
    ACCEPT=1 tests/golden/run.py STROBE ...    rewrites expected.txt; review the difference
    tests/golden/run.py --mode file|memory ONE_PROCESS [CASE...]
                                               the same with all commands of a case in the process golden_one_process,
                                               on a store on file or in memory

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

MODES = ("restart", "file", "memory")
CASES = Path(__file__).resolve().parent / "cases"
COMMAND_SECONDS_MAX = 60
DIFF_LINES_MAX = 60
MEMORY_STORE = ":memory:golden"

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


def parse_only(text):
    """"MODE...: REASON": the modes that a case is for, and why not the others."""
    modes, _, reason = text.strip().partition(":")
    modes = tuple(modes.split())
    if not modes or set(modes) - set(MODES) or len(reason.split()) < 3:
        raise CaseError(f"the file only says 'MODE...: REASON'; modes are {', '.join(MODES)}")
    return modes, reason.strip()


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
    FILES = {"commands", "expected.txt", "holes", "only", "shared", "README.md"}

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
        only = folder / "only"
        self.modes, self.why_only = parse_only(only.read_text(encoding="utf-8")) if only.exists() else (MODES, "")

    def run(self, program, mode):
        """The transcript: each command with what it printed. All commands work on one store."""
        with tempfile.TemporaryDirectory(prefix="strobe-golden-") as scratch:
            work = Path(scratch, "case")
            for made in (work, Path(scratch, "home"), Path(scratch, "tmp")):
                made.mkdir()
            for path in self.inputs:
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, work / path.name)
            ran = self._run_each(program, scratch) if mode == "restart" else self._run_in_one(program, scratch, mode)
            text = "".join(transcript(command, *done) for command, done in zip(self.commands, ran, strict=True))
            if mode == "memory":
                text = text.replace(MEMORY_STORE, "<TMP>/store.db")
            # The real path too: a temporary folder may be behind a symbolic link.
            for path in {scratch, os.path.realpath(scratch)}:
                text = text.replace(path, "<TMP>")
        for name, pattern in self.holes:
            text = re.sub(pattern, f"<{name}>", text)
        return text

    def _run_each(self, strobe, scratch):
        """(exit code, output, errors) of each command, each a process of its own."""
        for command in self.commands:
            done = subprocess.run([strobe, "--store", f"{scratch}/store.db", *command.arguments], cwd=f"{scratch}/case",
                                  env=environment(scratch), stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=COMMAND_SECONDS_MAX)
            yield done.returncode, done.stdout, done.stderr

    def _run_in_one(self, program, scratch, mode):
        """The same, by one_process.cc."""
        results = Path(scratch, "results")
        results.mkdir()
        words = [word for command in self.commands for word in (str(len(command.arguments)), *command.arguments)]
        store = MEMORY_STORE if mode == "memory" else f"{scratch}/store.db"
        done = subprocess.run([program, store, results], cwd=f"{scratch}/case", env=environment(scratch),
                              input="".join(f"{word}\0" for word in words).encode(), capture_output=True,
                              timeout=COMMAND_SECONDS_MAX * len(self.commands))
        if done.returncode != 0:
            raise CaseError(f"the process of all commands ended with exit code {done.returncode}\n{readable(done.stderr)}")
        for number in range(len(self.commands)):
            yield (int((results / f"{number}.code").read_text()), (results / f"{number}.out").read_bytes(),
                   (results / f"{number}.err").read_bytes())


def transcript(command, exit_code, output, errors):
    header = f"$ strobe {shlex.join(command.arguments)}"
    if exit_code != command.exit_code:
        raise CaseError(f"{header}\nexit code {exit_code}, not {command.exit_code}\n{readable(output)}{readable(errors)}")
    errors = "".join(f"stderr: {line}\n" for line in readable(errors).splitlines())
    code = f"exit code {exit_code}\n" if exit_code else ""
    return f"{header}\n{readable(output)}{errors}{code}\n"


def readable(output):
    text = output.decode("utf-8", errors="backslashreplace")
    return text if not text or text.endswith("\n") else text + "\n(no newline at the end)\n"


@dataclass(frozen=True)
class LeftOut:
    """A case that says itself that it is not for this mode."""

    why: str


def judge(case_folder, program, mode, accept):
    """None when the case passes, LeftOut, or what is wrong."""
    try:
        case = Case(case_folder)
        if mode not in case.modes:
            return LeftOut(case.why_only)
        got = case.run(program, mode)
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
    mode = "restart"
    if arguments[:1] == ["--mode"] and len(arguments) > 1:
        mode, arguments = arguments[1], arguments[2:]
    if not arguments or mode not in MODES:
        sys.exit(__doc__)
    program, wanted = os.path.abspath(arguments[0]), set(arguments[1:])
    if not os.access(program, os.X_OK):
        sys.exit(f"golden: no program at {arguments[0]}")
    folders = sorted(path for path in cases.iterdir() if path.is_dir() and (not wanted or path.name in wanted))
    missing = wanted - {folder.name for folder in folders}
    if missing or not folders:
        print(f"golden: no case {', '.join(sorted(missing)) or f'in {cases}'}")
        return 1
    # What is agreed to is what separate processes print; the other modes have to print the same.
    accept = os.environ.get("ACCEPT") == "1" and mode == "restart"
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list(pool.map(lambda folder: judge(folder, program, mode, accept), folders))
    write_outcomes(folders, results)
    return report(folders, results, mode)


def write_outcomes(folders, results):
    """For tests/tidy/seeds_ran.py: which cases ran, and passed."""
    if path := os.environ.get("STROBE_GOLDEN_OUTCOMES"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("".join(f"{'ok' if problem is None else 'not'} {folder.name}\n"
                                      for folder, problem in zip(folders, results)), encoding="utf-8")


def report(folders, results, mode):
    failed = left_out = 0
    for folder, problem in zip(folders, results):
        if isinstance(problem, LeftOut):
            left_out += 1
            print(f"left out {folder.name}: {problem.why}")
            continue
        print(f"{'ok    ' if problem is None else 'FAILED'} {folder.name}")
        if problem is not None:
            failed += 1
            print("\n".join(f"    {line}" for line in problem.splitlines()))
    passed = len(folders) - failed - left_out
    print(f"golden ({mode}): {passed} cases passed, {failed} failed, {left_out} left out")
    # Leaving everything out is no way to pass.
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

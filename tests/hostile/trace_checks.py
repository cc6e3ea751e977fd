"""Trace files through `import`, through standard input and through every question, straight from the file or folder."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from case import Case
from catalogue import CATALOGUE, Call, Place
from trace_files import FileCase

if TYPE_CHECKING:
    from checks import Checks

# The commands of the catalogue that take a file in place of a session.
QUESTIONS = ("show", "analyze", "issues", "fixes", "context", "blame", "profile", "verify", "compare", "export")
ANY_OUTCOME = frozenset({0, 1, 3})
PROBLEM = re.compile(rb"^strobe: (.*):(\d+): ", re.MULTILINE)
REASON = re.compile(rb"^strobe: .+", re.MULTILINE)
MORE = re.compile(rb"^strobe: .*: and (\d+) more broken lines$", re.MULTILINE)
COUNTED = re.compile(rb"; ([\d,]+) broken lines?$", re.MULTILINE)
PROBLEMS_SHOWN_MAX = 100
ROWS = ("sessions", "traces", "spans", "messages", "contexts")


def different(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """What a trace told, and nothing of how often: counts of what came twice are rows, too."""
    return [f"{after.get(name)} {name} instead of {before.get(name)}" for name in ROWS if before.get(name) != after.get(name)]


class TraceChecks:
    def __init__(self, checks: Checks, file_case: FileCase, folder: Path) -> None:
        self._checks = checks
        self._case = file_case
        self._limits = Case(file_case.name, list, limits=file_case.limits)
        self._folder = folder

    def run(self) -> None:
        traces = self._folder / "traces"
        traces.mkdir(parents=True)
        path = self._case.make(traces)
        store = self._folder / "store.db"
        rows = self._import(path, store)
        self._complain("import once more", different(rows, self._import(path, store)))
        if path.is_file():
            self._import_input(path, rows)
        self._ask(path, store)

    def _call(self, store: Path, call: Call, stdin: str = "/dev/null"):
        return self._checks.call(self._case.name, store, call, self._limits, stdin)

    def _complain(self, where: str, problems: list[str]) -> None:
        self._checks.tally.complain(f"{self._case.name}: {where}", problems)

    def _codes(self) -> frozenset[int]:
        return {True: frozenset({0}), False: frozenset({1, 3}), None: frozenset({0, 1})}[self._case.is_understood]

    def _import(self, path: Path, store: Path) -> dict[str, int]:
        ran = self._call(store, Call(["import", str(path)], codes=self._codes()))
        self._checks.tally.deliveries += 1
        if ran.code != 0 and not REASON.search(ran.errors):
            self._complain("import", [f"no reason is told: {ran.errors[:300]!r}"])
        if path.is_file() and ran.code == 0:
            self._complain("import", self._wrong_problems(ran.errors, path))
        return self._rows(store)

    def _wrong_problems(self, errors: bytes, path: Path) -> list[str]:
        """Broken lines are told by their numbers, in order, and counted."""
        lines = [int(number) for _, number in PROBLEM.findall(errors)]
        last = path.read_bytes().count(b"\n") + 1
        wrong = [f"line {line} of {last} is said to be broken" for line in lines if not 1 <= line <= last]
        if lines != sorted(set(lines)):
            wrong.append(f"broken lines in no order: {lines[:20]}")
        if self._case.broken is not None and lines != list(self._case.broken):
            wrong.append(f"broken lines {lines[:20]} instead of {self._case.broken}: {errors[:500]!r}")
        more = sum(int(number) for number in MORE.findall(errors))
        counted = sum(int(number.replace(b",", b"")) for number in COUNTED.findall(errors))
        if counted != len(lines) + more:
            wrong.append(f"{counted} broken lines are counted, {len(lines)} + {more} are told")
        if more and len(lines) != PROBLEMS_SHOWN_MAX:
            wrong.append(f"{len(lines)} broken lines are told before {more} are not")
        return wrong

    def _rows(self, store: Path) -> dict[str, int]:
        if not store.exists():
            return {}
        ran = self._call(store, Call(["doctor", "--quick", "--json"], "json"))
        told = json.loads(ran.output) if ran.code == 0 else {"tables": []}
        return {table["name"]: table["rows"] for table in told["tables"]}

    def _import_input(self, path: Path, rows: dict[str, int]) -> None:
        store = self._folder / "input.db"
        self._call(store, Call(["import", "-"], codes=self._codes()), str(path))
        self._checks.tally.deliveries += 1
        self._complain("import -", different(rows, self._rows(store)))

    def _ask(self, path: Path, store: Path) -> None:
        is_brief = self._checks.is_quick or self._case.is_large
        place = Place(str(store), self._folder, [str(path)], [], "hostile", str(path), is_brief=is_brief)
        for name in self._case.commands or QUESTIONS:
            for call in CATALOGUE[name](place):
                is_about_it = str(path) in call.arguments
                self._call(store, Call(call.arguments, call.form, self._codes_of(call) if is_about_it else ANY_OUTCOME, call.environment))
        every = self._call(store, Call(["show", str(path), "--all", "--json"], "json", self._codes_of(Call(["show"]))))
        if self._case.sessions is not None and every.code == 0:
            told = len(json.loads(every.output))
            self._complain("show --all", [] if told == self._case.sessions else [f"{told} sessions instead of {self._case.sessions}"])

    def _codes_of(self, call: Call) -> frozenset[int]:
        if self._case.is_understood:
            return call.codes
        return frozenset({1, 3}) if self._case.is_understood is False else call.codes | {1, 3}


def check(checks: Checks, file_case: FileCase, folder: Path) -> None:
    TraceChecks(checks, file_case, folder).run()


def forget(folder: Path) -> None:
    """Also what nobody may read."""
    for path in folder.rglob("locked.jsonl"):
        os.chmod(path, 0o600)
    shutil.rmtree(folder, ignore_errors=True)

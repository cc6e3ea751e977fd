#!/usr/bin/env python3
"""The hostile corpus: every case through `import`, HTTP (protobuf and JSON) and gRPC, then through every command and every
route of /api. What is checked: docs/reference/hostile-input.md, and README.md beside this file.

    tests/hostile/run.py --strobe build/bin/strobe [--quick] [--only CASE] [--keep DIR]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import cases
import growth
import trace_checks
from arguments import check_arguments
from case import Case
from catalogue import CATALOGUE, commands_of
from checks import Checks
from measured import Measurer
from trace_files import FileCase, all_file_cases


@dataclass
class Tally:
    """What was done, for the last line and docs/reliability.md."""

    cases: int = 0
    deliveries: int = 0
    commands: int = 0
    questions: int = 0
    problems: list[str] = field(default_factory=list)
    is_quiet: bool = False

    def complain(self, where: str, problems: list[str]) -> None:
        for problem in problems:
            self.problems.append(f"{where}: {problem}")
            if not self.is_quiet:
                print(f"FAILED {where}: {problem}", flush=True)


def environment(scratch: Path) -> dict[str, str]:
    """Nothing of the machine or of whoever runs the test."""
    home = str(scratch / "home")
    Path(home).mkdir()
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": home, "TMPDIR": str(scratch), "XDG_DATA_HOME": home,
            "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home, "XDG_STATE_HOME": home, "NO_COLOR": "1", "COLUMNS": "400", "TZ": "UTC",
            "LC_ALL": "C.UTF-8", "TERM": "dumb", "ASAN_OPTIONS": "exitcode=99:allocator_may_return_null=1",
            "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1"}  # fmt: skip


def check_every_command_is_known(strobe: str, measurer: Measurer, variables: dict[str, str], tally: Tally) -> None:
    told = measurer.run([strobe, "--help"], 60, variables)
    names = commands_of(told.output.decode())
    unknown = [name for name in names if name not in CATALOGUE]
    gone = [name for name in CATALOGUE if name not in names]
    if unknown or gone or len(names) < 10:
        tally.complain("--help", [f"catalogue.py does not know {unknown}, and knows {gone} that are no commands"])


def chosen(arguments: argparse.Namespace, every: list[Case] | list[FileCase]) -> list:
    if arguments.only:
        return [case for case in every if arguments.only in case.name]
    if arguments.quick:
        return [case for case in every if not case.is_large and (case.is_essential or not arguments.slow)]
    return every


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strobe", required=True)
    parser.add_argument("--quick", action="store_true", help="the small cases only")
    parser.add_argument("--slow", action="store_true", help="the program has sanitizers: fewer cases, ten times the limits")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases whose name contains TEXT")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave stores and requests in DIR")
    arguments = parser.parse_args()
    tally = Tally()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="strobe-hostile-") as folder:
        scratch = arguments.keep or Path(folder)
        scratch.mkdir(parents=True, exist_ok=True)
        measurer = Measurer(Path(folder))  # before anything large is made
        variables = environment(Path(folder))
        check_every_command_is_known(arguments.strobe, measurer, variables, tally)
        checks = Checks(arguments.strobe, measurer, variables, tally, is_slow=arguments.slow, is_quick=arguments.quick)
        for case in chosen(arguments, cases.all_cases()):
            started = time.monotonic()
            checks.run(case, scratch / case.name)
            tally.cases += 1
            print(f"{case.name}: {time.monotonic() - started:.1f} s", flush=True)
            if not arguments.keep:
                checks.forget(scratch / case.name)
        for file_case in chosen(arguments, all_file_cases()):
            started = time.monotonic()
            trace_checks.check(checks, file_case, scratch / file_case.name)
            tally.cases += 1
            print(f"{file_case.name}: {time.monotonic() - started:.1f} s", flush=True)
            if not arguments.keep:
                trace_checks.forget(scratch / file_case.name)
        if not arguments.only or arguments.only in "arguments":
            check_arguments(checks, Path(folder))
        if not arguments.quick and (not arguments.only or arguments.only in "growth"):
            growth.check(checks, Path(folder))
        measurer.close()
    print(f"{tally.cases} cases, {tally.deliveries} deliveries, {tally.commands} commands, {tally.questions} questions to the API,"
          f" {len(tally.problems)} problems, {time.monotonic() - begin:.0f} s")  # fmt: skip
    return 1 if tally.problems or not tally.commands else 0


if __name__ == "__main__":
    sys.exit(main())

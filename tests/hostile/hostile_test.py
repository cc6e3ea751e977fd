#!/usr/bin/env python3
"""The hostile corpus can fail: a program that does one wrong thing is noticed, for each thing that is looked at.

    tests/hostile/hostile_test.py --strobe build/bin/strobe
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import run
import trace_checks
from case import Case, Expect, Limits
from catalogue import Call
from checks import Checks
from measured import Measurer
from run import Tally
from shapes import cycles, odd_ids
from trace_files import BROKEN_LINES, FileCase, broken_here_and_there, one_file
from wire import to_json

# What the program does instead of `sessions` or its like: a line of Python each, in front of the real one. And what has to
# be said of it.
FAULTS = {
    "lets an escape through": ("sys.stdout.write('\\x1b[2J')", ["sessions"], "text", "raw b'\\x1b'"),
    "lets C1 through": ("sys.stdout.buffer.write(b'\\xc2\\x9b2J')", ["sessions"], "text", "raw b'\\xc2\\x9b'"),
    "lets a change of direction through, in an error": ("sys.stderr.buffer.write(b'\\xe2\\x80\\xae')", ["sessions"], "text", "raw b'\\xe2\\x80\\xae'"),
    "prints bytes that are no text": ("sys.stdout.buffer.write(b'a\\xff')", ["sessions"], "text", "no UTF-8"),
    "prints a colour of its own among ours": ("sys.stdout.write('\\x1b[35m')", ["sessions"], "colored", "raw b'\\x1b'"),
    "prints NaN": ("print('[NaN]'); sys.exit(0)", ["sessions", "--json"], "json", "no JSON"),
    "prints a key twice": ("print('{\"a\":1,\"a\":2}'); sys.exit(0)", ["sessions", "--json"], "json", "stands twice"),
    "ends by a signal": ("import os; os.kill(os.getpid(), 11)", ["sessions"], "text", "ended by signal 11"),
    "ends with another code": ("sys.exit(77)", ["sessions"], "text", "exit code 77"),
    "is slow": ("while os.times().user < 2: sum(range(10000))", ["sessions"], "text", "of user time"),
    "never ends": ("__import__('time').sleep(60)", ["sessions"], "text", "still running"),
    "holds much": ("held = b'x' * (300 << 20)\nheld += b'y'", ["sessions"], "text", "held"),
}  # fmt: skip
LIMITS = Limits(seconds=1.5, memory_mib=200)
CASE = Case("self_test", cycles, Expect(spans=9), LIMITS)
IMPATIENT = replace(CASE, limits=Limits(seconds=0.5, wait_seconds_min=0))


def planted(strobe: str, folder: Path, name: str, fault: str) -> str:
    path = folder / name.replace(" ", "_").replace(",", "")
    path.write_text(f"#!{sys.executable}\nimport os, sys\n{fault}\nsys.stdout.flush()\nsys.stderr.flush()\n"
                    f"os.execv({strobe!r}, [{strobe!r}] + sys.argv[1:])\n", encoding="utf-8")  # fmt: skip
    path.chmod(0o755)
    return str(path)


class SelfTest:
    def __init__(self, strobe: str, folder: Path) -> None:
        self._strobe = strobe
        self._folder = folder
        self._measurer = Measurer(folder)
        self._variables = run.environment(folder)
        self.failures: list[str] = []

    def _checks(self, program: str) -> Checks:
        return Checks(program, self._measurer, self._variables, Tally(is_quiet=True), is_slow=False, is_quick=True)

    def expect(self, name: str, problems: list[str], saying: str) -> None:
        is_right = any(saying in problem for problem in problems) if saying else not problems
        print(f"{'ok' if is_right else 'FAILED'}: {name}")
        if not is_right:
            self.failures.append(f"{name}: {problems}")

    def run(self) -> None:
        honest = planted(self._strobe, self._folder, "honest", "pass")
        store = self._folder / "store.db"
        (self._folder / "in.json").write_bytes(to_json(cycles())["traces"])
        checks = self._checks(honest)
        checks.call("", store, Call(["import", str(self._folder / "in.json")]), CASE)
        for form in ("text", "json"):
            checks.call("", store, Call(["sessions", *(["--json"] if form == "json" else [])], form), CASE)
        self.expect("nothing is said of an honest program", checks.tally.problems, "")
        for name, (fault, arguments, form, saying) in FAULTS.items():
            checks = self._checks(planted(self._strobe, self._folder, name, fault))
            colors = {"STROBE_COLOR": "always", "NO_COLOR": ""} if form == "colored" else {}
            case = IMPATIENT if name == "never ends" else CASE
            checks.call("", store, Call(list(arguments), "text" if form == "colored" else form, environment=colors), case)
            self.expect(name, checks.tally.problems, saying)
        self._forgotten_command()
        self._wrong_expectations()
        self._wrong_trace_files()
        self._measurer.close()

    def _forgotten_command(self) -> None:
        program = planted(self._strobe, self._folder, "new", "if '--help' in sys.argv: print('  newcommand  does something new')")
        tally = Tally(is_quiet=True)
        run.check_every_command_is_known(program, self._measurer, self._variables, tally)
        self.expect("a command that the catalogue does not know", tally.problems, "newcommand")

    def _wrong_expectations(self) -> None:
        """Cases whose input does not do what they say."""
        wrong = {"is stored otherwise": (cycles, Expect(spans=10), "9 spans are stored instead of 10"),
                 "is counted otherwise": (cycles, Expect(counts={"spans.refused_bad_id": 1}), "doctor counts 0 spans.refused_bad_id"),
                 "is healthier": (cycles, Expect(health={"in_cycles": 6}), "doctor ID counts 5 in_cycles instead of 6"),
                 "is not shown": (cycles, Expect(shown={"tree": ["a text that nobody prints"]}), "does not show"),
                 "is taken": (cycles, Expect(answers=frozenset({400})), "status 200 instead of"),
                 "is rejected otherwise": (odd_ids, Expect(rejected=9, why="valid"), "10 spans are said to be rejected instead of 9")}  # fmt: skip
        for number, (name, (make, expect, saying)) in enumerate(wrong.items()):
            checks = self._checks(self._strobe)
            checks.run(Case(f"wrong_{number}", make, expect), self._folder / str(number))
            self.expect(f"an input that {name}", checks.tally.problems, saying)


    def _wrong_trace_files(self) -> None:
        """Files that are not as their cases say, and a program that reads half of a file at first."""
        make = one_file(broken_here_and_there)
        hasty = planted(self._strobe, self._folder, "hasty", "file = sys.argv[-1]\nbegun = file + '.begun'\n"
                        "if 'import' in sys.argv and file != '-' and not os.path.exists(begun):\n"
                        "    open(begun, 'wb').write(b''.join(open(file, 'rb').readlines()[:3]))\n    sys.argv[-1] = begun")  # fmt: skip
        wrong = {"as its case says": (self._strobe, FileCase("f0", make, BROKEN_LINES, sessions=1), ""),
                 "with other broken lines": (self._strobe, FileCase("f1", make, BROKEN_LINES[:2]), "broken lines [4, 8"),
                 "with other sessions": (self._strobe, FileCase("f2", make, sessions=2), "1 sessions instead of 2"),
                 "that is understood": (self._strobe, FileCase("f3", make, is_understood=False), "exit code 0"),
                 "of which more is stored each time": (hasty, FileCase("f4", make), "import once more")}  # fmt: skip
        for name, (program, file_case, saying) in wrong.items():
            checks = self._checks(program)
            trace_checks.check(checks, replace(file_case, commands=("verify",)), self._folder / file_case.name)
            self.expect(f"a trace file {name}", checks.tally.problems, saying)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strobe", required=True)
    with tempfile.TemporaryDirectory(prefix="strobe-hostile-test-") as folder:
        test = SelfTest(str(Path(parser.parse_args().strobe).resolve()), Path(folder))
        test.run()
    for failure in test.failures:
        print(failure)
    return 1 if test.failures else 0


if __name__ == "__main__":
    sys.exit(main())

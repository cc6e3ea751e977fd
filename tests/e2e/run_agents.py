#!/usr/bin/env python3
"""Runs real agents with unmodified SDKs under `strobe run` and compares what Strobe says with what really happened.

    run_agents.py [--strobe PATH] [--only TEXT] [--verbose] [--keep DIR]
    run_agents.py --self-test       shows that every check can fail: tampers with the evidence and expects red

Prints one line a check that failed (every check with --verbose), and ends with 1 when there was one.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks import Check, compare
from environments import REPOSITORY, InstallError, load_environments
from scenarios import Scenario, StrobeError, all_scenarios, play
from self_test import find_blind_checks


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--strobe", type=Path, default=REPOSITORY / "build" / "bin" / "strobe", help="the program")
    parser.add_argument("--only", default="", metavar="TEXT", help="only scenarios whose agent/name contains TEXT")
    parser.add_argument("--list", action="store_true", help="print the scenarios and end")
    parser.add_argument("--verbose", action="store_true", help="print the checks that passed, too")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave stores and truth files in DIR")
    parser.add_argument("--self-test", action="store_true", help="tamper with the evidence and expect red")
    return parser.parse_args()


@contextmanager
def _folder(keep: Path | None, scenario: Scenario) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="strobe-e2e-") as passing:
            yield Path(passing)
        return
    folder = keep / scenario.title.replace("/", "-")
    folder.mkdir(parents=True)
    yield folder


def _print(scenario: Scenario, check: Check, *, verbose: bool) -> None:
    if check.passed and not verbose:
        return
    verdict = "ok  " if check.passed else "FAIL"
    print(f"  {verdict} {scenario.title} {check.name}" + ("" if check.passed else f": {check.detail}"))


def _check_scenario(scenario: Scenario, options: argparse.Namespace) -> list[Check]:
    """Plays and compares. What keeps a scenario from being played at all is a failed check of its own."""
    environment = load_environments()[scenario.agent]
    try:
        with _folder(options.keep, scenario) as folder:
            evidence = play(scenario, environment, options.strobe.resolve(), folder)
    except (StrobeError, InstallError, TimeoutError, OSError, RuntimeError) as problem:
        return [Check("run.playable", False, str(problem))]
    return find_blind_checks(evidence) if options.self_test else compare(evidence)


def main() -> int:
    # Without this a SIGTERM would skip the clean-up of the children.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = _options()
    scenarios = [scenario for scenario in all_scenarios() if options.only in scenario.title]
    if options.list or not scenarios:
        print("\n".join(scenario.title for scenario in scenarios) or f"no scenario contains {options.only!r}")
        return 0 if options.list else 2
    if not options.strobe.exists():
        print(f"run_agents.py: {options.strobe} is not there; build it, or name it with --strobe", file=sys.stderr)
        return 2
    passed = failed = 0
    notes: set[str] = set()
    for scenario in scenarios:
        results = _check_scenario(scenario, options)
        bad = sum(not check.passed for check in results)
        print(f"{scenario.title}: {len(results) - bad} of {len(results)} checks passed", flush=True)
        for note in sorted(set(scenario.emitted.notes) - notes):
            print(f"  note {scenario.title}: {note}")
        notes.update(scenario.emitted.notes)
        for check in results:
            _print(scenario, check, verbose=options.verbose)
        passed, failed = passed + len(results) - bad, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

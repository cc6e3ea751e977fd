#!/usr/bin/env python3
"""Runs real agents with unmodified SDKs under `strobe run` and compares what Strobe says with what really happened.

    run_agents.py [--strobe PATH] [--quick] [--only TEXT] [--jobs N] [--verbose] [--keep DIR]
    run_agents.py --write-compatibility     all of them; writes docs/compatibility.md
    run_agents.py --self-test       shows that every check can fail: tampers with the evidence and expects red

Prints one line a check that failed (every check with --verbose), and ends with 1 when there was one.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from checks import Check, compare
from compatibility import PAGE, check_page, render, shown_checks
from environments import REPOSITORY, InstallError, load_environments
from play import StrobeError, play
from scenario import Scenario
from scenarios import all_scenarios
from self_test import find_blind_checks


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--strobe", type=Path, default=REPOSITORY / "build" / "bin" / "strobe", help="the program")
    parser.add_argument("--only", default="", metavar="TEXT", help="only scenarios whose environment/name contains TEXT")
    parser.add_argument("--quick", action="store_true", help="only the environments of `make test`")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="so many runs at once")
    parser.add_argument("--list", action="store_true", help="print the scenarios and end")
    parser.add_argument("--verbose", action="store_true", help="print the checks that passed, too")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave stores, truth files and the captured requests in DIR")
    parser.add_argument("--write-compatibility", action="store_true", help="write docs/compatibility.md from this run")
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
    environment = load_environments().get(scenario.environment)
    try:
        if environment is None:
            raise InstallError(f"versions.json does not know {scenario.environment}")
        with _folder(options.keep, scenario) as folder:
            evidence = play(scenario, environment, options.strobe.resolve(), folder)
    except (StrobeError, InstallError, TimeoutError, OSError, RuntimeError) as problem:
        return [Check("run.playable", False, str(problem))]
    return find_blind_checks(evidence) if options.self_test else [*compare(evidence), *shown_checks(evidence)]


def _played(scenarios: list[Scenario], options: argparse.Namespace) -> Iterator[tuple[Scenario, list[Check]]]:
    """The scenarios in their order with their results, several played at once."""
    workers = ThreadPoolExecutor(max(1, options.jobs))
    try:
        yield from zip(scenarios, workers.map(lambda one: _check_scenario(one, options), scenarios))
    finally:
        workers.shutdown(cancel_futures=True)  # what runs already has a time limit of its own


def _page_is_wrong(found: dict[str, list[Check]], options: argparse.Namespace) -> bool:
    """Writes the page of compatibility when that was asked for, and holds it against what the run found."""
    if options.write_compatibility:
        PAGE.write_text(render(found), encoding="utf-8")
    check = check_page(found)
    if not check.passed:
        print(f"  FAIL {check.name}: {check.detail}")
    return not check.passed


def main() -> int:
    # Without this a SIGTERM would skip the clean-up of the children.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = _options()
    scenarios = [scenario for scenario in all_scenarios(quick=options.quick) if options.only in scenario.title]
    if options.list or not scenarios:
        print("\n".join(scenario.title for scenario in scenarios) or f"no scenario contains {options.only!r}")
        return 0 if options.list else 2
    if not options.strobe.exists():
        print(f"run_agents.py: {options.strobe} is not there; build it, or name it with --strobe", file=sys.stderr)
        return 2
    passed = failed = 0
    told: set[str] = set()
    found: dict[str, list[Check]] = {}
    for scenario, results in _played(scenarios, options):
        bad = sum(not check.passed for check in results)
        print(f"{scenario.title}: {len(results) - bad} of {len(results)} checks passed", flush=True)
        for note in sorted(set(scenario.emitted.notes) - told):
            print(f"  note {scenario.title}: {note}")
        told.update(scenario.emitted.notes)
        for check in results:
            _print(scenario, check, verbose=options.verbose)
        passed, failed = passed + len(results) - bad, failed + bad
        found[scenario.title] = results
    if len(found) == len(all_scenarios()) and not options.self_test:
        failed += _page_is_wrong(found, options)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

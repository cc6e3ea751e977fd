#!/usr/bin/env python3
"""Did every test that docs/seeds.tsv names run, and pass? tests/tidy/seeds_ran.py BUILD [--partial]

Reads what the test runs left behind in the build folder: ctest's reports (report-*.xml), those of the single test
programs (reports/*.xml) and the list of the golden runner (reports/golden.txt). With --partial a test that ctest did
not start in this run is passed over: `make check` starts fewer than `make test`.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import seeds
from tree import Tree


def ctest_results(build):
    """Test name -> passed, over all reports of ctest."""
    results = {}
    for report in sorted(build.glob("report-*.xml")):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            results[case.get("name")] = results.get(case.get("name"), True) and case.get("status") == "run"
    return results


def case_results(build):
    """(test name, case) -> passed. A googletest that was skipped did not pass."""
    results = {}
    for report in sorted((build / "reports").glob("*.xml")):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            passed = case.get("status") == "run" and case.get("result", "completed") == "completed" and \
                case.find("failure") is None
            results[report.stem.replace("+", "/"), f"{case.get('classname')}.{case.get('name')}"] = passed
    golden = build / "reports" / "golden.txt"
    if golden.exists():
        for line in golden.read_text(encoding="utf-8").splitlines():
            outcome, _, name = line.partition(" ")
            results["golden.all", name] = outcome == "ok"
    return results


def problems(tree, build, partial):
    tests, cases = ctest_results(build), case_results(build)
    for number, row in seeds.rows_of(tree):
        if len(row) != len(seeds.HEADER) or row[4] == seeds.PLANNED:
            continue
        for name, case in seeds.tests_of(row):
            if name not in tests:
                if not partial:
                    yield f"{seeds.PAGE}:{number}: {name} did not run"
            elif not case and not tests[name]:
                yield f"{seeds.PAGE}:{number}: {name} failed"
            elif case and not cases.get((name, case), False):
                yield f"{seeds.PAGE}:{number}: {name}:{case} did not run or failed"


def main(arguments):
    partial = "--partial" in arguments
    folders = [argument for argument in arguments if argument != "--partial"]
    if len(folders) != 1:
        sys.exit(__doc__)
    tree = Tree(Path(__file__).resolve().parents[2])
    found = list(problems(tree, Path(folders[0]), partial))
    for problem in found:
        print(problem)
    rows = [row for _, row in seeds.rows_of(tree)]
    planned = sum(row[4] == seeds.PLANNED for row in rows)
    print(f"{seeds.PAGE}: {len(rows)} rows, {len(rows) - planned} done, {planned} planned; {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Our rules, as a test of the tree: tests/tidy/tidy.py [ROOT]. Each rule is a function from the tree to problems.

Adding a rule: a function with a one-line description, a line in RULES, a test in tidy_test.py that shows it failing."""

import sys
from pathlib import Path

import arrows
import docs
import seeds
import sizes
import words
from tree import Problem, Tree

RULES = (
    arrows.rooms_known,
    arrows.arrows,
    arrows.architecture,
    arrows.third_party,
    sizes.file_lines,
    sizes.function_lines,
    words.banned_calls,
    words.machine_names,
    words.file_names,
    docs.room_readmes,
    docs.doc_links,
    docs.changelog,
    docs.command_help,
    seeds.seeds,
)
ALLOW_FILE = "tests/tidy/allow.toml"


def check(tree, rules=RULES):
    """All problems of the tree that no exception covers, and the exceptions that are wrong themselves."""
    allow = tree.toml(ALLOW_FILE)
    known = {rule.__name__ for rule in rules}
    problems = []
    for name in sorted(set(allow) - known):
        problems.append(Problem("allow", ALLOW_FILE, f"there is no rule {name}"))
    for rule in rules:
        exceptions = allow.get(rule.__name__, {})
        unused = set(exceptions)
        for problem in rule(tree):
            unused.discard(problem.subject)
            if problem.subject not in exceptions:
                problems.append(problem)
        problems += [Problem("allow", ALLOW_FILE, f"nothing needs the exception {subject} of {rule.__name__} any more")
                     for subject in sorted(unused)]
        problems += [Problem("allow", ALLOW_FILE, f"the exception {subject} of {rule.__name__} has no reason")
                     for subject, reason in exceptions.items() if len(reason.split()) < 3]
    return problems


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    problems = check(Tree(root))
    for problem in problems:
        print(problem)
    print(f"{len(RULES)} rules, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""docs/seeds.tsv: where every feature of the systems that Strobe takes over lives, and the test that proves it."""

import re

from tree import Problem

PAGE = "docs/seeds.tsv"
HEADER = ["source", "kind", "item", "where", "test"]
SOURCES = {"rnix", "harn", "attocode", "copilot", "flaws"}
PLANNED = "planned"
GTEST = re.compile(r"^(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+)", re.MULTILINE)


def rows_of(tree):
    """(line number, columns) of every row behind the header."""
    text = tree.text(PAGE) or ""
    for number, line in enumerate(text.splitlines()[1:], 2):
        if line and not line.startswith("#"):
            yield number, line.split("\t")


def tests_of(row):
    """(test as ctest names it, case within or "") of a row that is done."""
    for reference in row[4].split():
        name, _, case = reference.partition(":")
        yield name, case


def gtests(tree, folder):
    return {f"{suite}.{name}" for path, text in tree.matching(folder, (".cc",)) for suite, name in GTEST.findall(text)}


class Known:
    """Which tests there are, as far as the sources tell."""

    def __init__(self, tree):
        self.tree = tree
        self.by_folder = {}
        cmake = "\n".join(text for _, text in tree.matching("", ("CMakeLists.txt",)))
        self.named = set(re.findall(r"(?:add_test\(NAME|strobe_script_test\()\s*([\w.]+)", cmake))

    def _cases(self, folder):
        if folder not in self.by_folder:
            self.by_folder[folder] = gtests(self.tree, folder)
        return self.by_folder[folder]

    def problem(self, name, case):
        """What is wrong with a reference, or None."""
        if name == "golden.all" and name in self.named:
            return None if case and self.tree.exists(f"tests/golden/cases/{case}") else f"there is no golden case {case}"
        if name.startswith("unit.") and name not in self.named:
            room = name.removeprefix("unit.")
            if not self.tree.exists(f"src/{room}/CMakeLists.txt") and not case:
                return f"there is no test {name}"
            return self._missing(name, case, self._cases(f"src/{room}/"))
        if name not in self.named:
            return f"there is no test {name}"
        return self._missing(name, case, self._cases("tests/")) if case else None

    @staticmethod
    def _missing(name, case, cases):
        return None if not case or case in cases else f"{name} has no case {case}"


def where_problem(tree, where):
    for command in re.findall(r"`strobe (\w+)", where):
        if not tree.exists(f"src/cli/commands/{command}.md"):
            return f"there is no command {command}"
    for path in re.findall(r"\b(?:src|docs|include|tests|scripts)/[\w./-]+", where):
        if not tree.exists(path.rstrip(".")):
            return f"there is no {path}"
    return None


def seeds(tree):
    """Every row of docs/seeds.tsv is planned, or says where the thing is and names tests that exist."""
    text = tree.text(PAGE)
    if text is None:
        if tree.exists("docs"):
            yield Problem("seeds", PAGE, "is missing")
        return
    if text.splitlines()[0].split("\t") != HEADER:
        yield Problem("seeds", PAGE, f"its first line is not {' '.join(HEADER)}, with tabs")
    known, seen = Known(tree), set()
    for number, row in rows_of(tree):
        for problem in row_problems(tree, known, seen, row):
            yield Problem("seeds", f"{PAGE}:{number}", problem)


def row_problems(tree, known, seen, row):
    if len(row) != len(HEADER) or not all(row):
        yield f"has not {len(HEADER)} columns, all filled"
        return
    if row[0] not in SOURCES:
        yield f"{row[0]} is no source"
    if tuple(row[:3]) in seen:
        yield f"{' '.join(row[:3])} stands here twice"
    seen.add(tuple(row[:3]))
    if PLANNED in row[3:]:
        if row[3:] != [PLANNED, PLANNED]:
            yield "is planned and done at once"
        return
    wrong = where_problem(tree, row[3])
    if wrong:
        yield wrong
    for name, case in tests_of(row):
        wrong = known.problem(name, case)
        if wrong:
            yield wrong

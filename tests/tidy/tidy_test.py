#!/usr/bin/env python3
"""Shows each rule failing on a planted tree and silent on a good one. A rule without a planted failure fails here."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import sizes
import tidy
from tree import Tree

SLASH = "/"  # so that this file does not contain what it plants

ARCHITECTURE = """# Architecture

    src/
    base/       what all use            -
    json/       read, write             base
    model/      the nouns               base json
    store/      the face                base model
      sqlite/                           store json
    cli/        main                    all
"""

ROOMS = """
[rooms]
base = []
json = []
model = ["json"]
store = ["model"]
"store/sqlite" = ["store", "json"]
cli = ["*"]
[debts]
[third_party]
"simdjson.h" = ["json"]
"gtest/" = ["test"]
"""

SEEDS = """source\tkind\titem\twhere\ttest
rnix\tfunction\tAttach\tplanned\tplanned
rnix\tfield\tSpan.Name\t`strobe show`, src/json/a.h\tunit.json:B.c golden.all:some e2e.run
"""

GOOD = {
    "README.md": "# Hello\n\nSee [the architecture](ARCHITECTURE.md#architecture) and [elsewhere](https://example.org/x).\n",
    "ARCHITECTURE.md": ARCHITECTURE,
    "CHANGELOG.md": "# Changes\n\n## Unreleased\n\n### For users\n\n### Reliability and speed\n\n### Inside\n\n## 0.0\n",
    "tests/tidy/rooms.toml": ROOMS,
    "tests/tidy/allow.toml": "",
    "src/CMakeLists.txt": "foreach(room IN ITEMS base json)\nendforeach()\n",
    "src/json/README.md": "# json\n",
    "src/json/CMakeLists.txt": "strobe_room(json SOURCES a.cc USES base TESTS a_test.cc TEST_USES model)\n",
    "src/json/a.h": '#pragma once\n#include <string>\n#include "base/x.h"\n',
    "src/json/a.cc": '#include "json/a.h"\n#include <simdjson.h>\n#include <sys/stat.h>\n// TODO(perf): faster.\n'
                     'const char* k_text = "printf(1) using namespace";\n',
    "src/json/a_test.cc": '#include <gtest/gtest.h>\n#include "model/y.h"\nTEST(A, b) {\n' + "  f();\n" * 90 + "}\n",
    "src/json/b_test.cc": "#include <gtest/gtest.h>\nTEST(B, c) {}\n",
    "src/store/sqlite/README.md": "# sqlite\n",
    "src/store/sqlite/s.cc": '#include "store/store.h"\n#include "json/a.h"\n',
    "src/cli/README.md": "# cli\n",
    "src/cli/commands/show.cc": 'int show() { return printf("x"); }\n',
    "src/cli/commands/show.md": "# show\n",
    "docs/README.md": "# Pages\n",
    "docs/reference/commands.md": "# Commands\n\n- [`show`](../../src/cli/commands/show.md): shows\n",
    "docs/seeds.tsv": SEEDS,
    "tests/golden/cases/some/commands": "show\n",
    "tests/CMakeLists.txt": "strobe_script_test(golden.all golden 9 run.py)\nadd_test(NAME e2e.run COMMAND x)\n",
    "package-lock.json": '{"integrity": "sha512-x"}\n',
}

# rule -> changes to the good tree (None: the file goes), each of which must make exactly this rule speak.
PLANTED = {
    "seeds": [
        {"docs/seeds.tsv": None},
        {"docs/seeds.tsv": SEEDS.replace("where", "place")},
        {"docs/seeds.tsv": SEEDS + "rnix\tfunction\tAttach\tplanned\tplanned\n"},  # twice
        {"docs/seeds.tsv": SEEDS + "rnix\tfunction\tDetach\tplanned\tunit.json\n"},
        {"docs/seeds.tsv": SEEDS + "rnix\tfunction\tDetach\tplanned\n"},
        {"docs/seeds.tsv": SEEDS + "moon\tfunction\tDetach\tplanned\tplanned\n"},
        {"docs/seeds.tsv": SEEDS.replace("strobe show", "strobe fly")},
        {"docs/seeds.tsv": SEEDS.replace("src/json/a.h", "src/json/gone.h")},
        {"docs/seeds.tsv": SEEDS.replace("B.c", "B.gone")},
        {"docs/seeds.tsv": SEEDS.replace("all:some", "all:other")},
        {"docs/seeds.tsv": SEEDS.replace("e2e.run", "e2e.walk")},
    ],
    "rooms_known": [
        {"src/attic/README.md": "# attic\n", "src/attic/a.h": "#pragma once\n"},
    ],
    "arrows": [
        {"src/json/a.h": '#pragma once\n#include "model/y.h"\n'},
        {"src/json/a.h": '#pragma once\n#include "store/sqlite/s.h"\n'},
        {"src/json/a_test.cc": '#include "store/store.h"\n'},
        {"src/store/sqlite/s.cc": '#include "model/y.h"\n'},  # arrows are not transitive
        {"src/json/CMakeLists.txt": "# why\nstrobe_room(json\n  SOURCES a.cc\n  USES base model\n)\n"},
        {"tests/tidy/rooms.toml": ROOMS.replace("[debts]", '[debts]\n"json -> cli" = "an old story indeed"')},
    ],
    "architecture": [
        {"ARCHITECTURE.md": ARCHITECTURE.replace("base json\n", "base\n")},
        {"ARCHITECTURE.md": ARCHITECTURE.replace("    cli/        main                    all\n", "")},
    ],
    "third_party": [
        {"src/cli/m.cc": "#include <simdjson.h>\n"},
        {"src/json/a.cc": "#include <gtest/gtest.h>\n"},
        {"src/json/a.cc": "#include <brotli/decode.h>\n"},
    ],
    "file_lines": [
        {"src/json/a.cc": "int x;\n" * 401},
        {"scripts/long": "#!/bin/sh\n" + ":\n" * 400},
    ],
    "function_lines": [
        {"src/json/a.cc": "namespace strobe {\nint long_one(int a,\n    int b) {\n" + "  f();\n" * 58 + "}\n}\n"},
        {"src/json/a.cc": "Foo::Foo() : a_{1}, b_{2} {\n" + "  f();\n" * 60 + "}\n"},
        {"src/json/a_test.cc": "TEST(A, b) {\n" + "  f();\n" * 100 + "}\n"},
        {"tools/x.py": "class A:\n    def f(self):\n" + "        g()\n" * 60},
        {"tools/x.sh": "f() {\n" + "  g\n" * 60 + "}\n"},
        {"tools/x.mjs": "export async function f() {\n" + "  g();\n" * 60 + "}\n"},
    ],
    "banned_calls": [{"src/json/a.cc": line + "\n"} for line in (
        "std::regex r;", "#include <regex>", "int x = std::rand();", "strcpy(a, b);", "std::sprintf(a, b);",
        "std::system(command);", "thread.detach();", "using namespace std;", 'std::printf("x");', "std::cout << 1;",
        "fputs(x, stdout);", "fs::exists(path);", "std::mutex mutex_;", "// TODO: mend", "// FIXME later")],
    "machine_names": [
        {"README.md": "Get it from registry." + "npmjs.org\n"},
        {"package-lock.json": '{"resol' + 'ved": "https://host/x.tgz"}\n'},
        {"scripts/x": "cd " + SLASH + "root/strobe\n"},
        {"src/json/a.cc": '// see "' + SLASH + 'home/ada/notes.txt"\n'},
    ],
    "file_names": [
        {"src/json/CamelCase.cc": "int x;\n"},
        {"src/json/a.h": "int x;\n"},
    ],
    "room_readmes": [
        {"src/json/README.md": None},
        {"src/store/sqlite/README.md": None},
        {"src/json/README.md": "line\n" * 41},
    ],
    "doc_links": [
        {"README.md": "[x](docs/none.md)\n"},
        {"README.md": "[x](ARCHITECTURE.md#nowhere)\n"},
        {"README.md": "[x](../outside.md)\n"},
        {"README.md": "[x]\n\n[x]: none.md\n"},
    ],
    "changelog": [
        {"CHANGELOG.md": None},
        {"CHANGELOG.md": GOOD["CHANGELOG.md"].replace("Unreleased", "1.0")},
        {"CHANGELOG.md": GOOD["CHANGELOG.md"].replace("### Inside\n", "")},
    ],
    "command_help": [
        {"src/cli/commands/run.cc": "int run();\n"},
        {"src/cli/commands/run.md": "# run\n"},
        {"src/cli/commands/run.md": "# run\n", "src/cli/commands/run.cc": "int run();\n"},
        {"docs/reference/commands.md": "# Commands\n\n`strobe show`, and `[show](../../src/cli/commands/show.md)`\n"},
    ],
}


class TidyTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)
        self.trees = 0

    def plant(self, changes):
        self.trees += 1
        root = self.scratch / str(self.trees)
        for path, text in (GOOD | changes).items():
            if text is not None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
        return Tree(root)

    def problems(self, changes):
        return tidy.check(self.plant(changes))

    def test_a_good_tree_has_no_problems(self):
        self.assertEqual([], [str(problem) for problem in self.problems({})])

    def test_each_rule_fails_on_each_of_its_planted_trees(self):
        self.assertEqual({rule.__name__ for rule in tidy.RULES}, set(PLANTED))
        for rule, cases in PLANTED.items():
            for number, changes in enumerate(cases):
                with self.subTest(rule=rule, case=number):
                    self.assertEqual({rule}, {problem.rule for problem in self.problems(changes)})

    def test_each_rule_says_what_it_is_for(self):
        for rule in tidy.RULES:
            self.assertTrue((rule.__doc__ or "").strip(), rule.__name__)

    def test_a_debt_with_a_reason_lets_an_arrow_pass(self):
        rooms = ROOMS.replace("[debts]", '[debts]\n"json -> model" = "until the nouns have moved"')
        changes = {"tests/tidy/rooms.toml": rooms, "src/json/a.h": '#pragma once\n#include "model/y.h"\n'}
        self.assertEqual([], self.problems(changes))
        changes["tests/tidy/rooms.toml"] = rooms.replace("until the nouns have moved", "")
        self.assertEqual(["arrows"], [problem.rule for problem in self.problems(changes)])

    def test_an_exception_needs_a_reason_and_a_use(self):
        changes = {"src/json/a.cc": "int x;\n" * 401}
        for allow, expected in (
                ('[file_lines]\n"src/json/a.cc" = "one table, read by nobody"\n', []),
                ('[file_lines]\n"src/json/a.cc" = ""\n', ["allow"]),
                ('[file_lines]\n"src/json/a.cc" = "one table, read by nobody"\n"src/b.cc" = "it is no more"\n', ["allow"]),
                ('[file_lines]\n"src/json/a.cc" = "one table, read by nobody"\n[no_such_rule]\n', ["allow"])):
            with self.subTest(allow=allow):
                found = self.problems(changes | {"tests/tidy/allow.toml": allow})
                self.assertEqual(expected, [problem.rule for problem in found])

    def test_function_lengths_are_counted_through_literals_and_data(self):
        text = ('namespace a::b {\n\nstruct S {\n  int f() const { return 1; }\n};\n\n'
                'const char k_open[] = "{{{";  // {\nconst char k_brace = \'{\';\nint k_big = 1\'000\'000;\n'
                'constexpr int k_table[] = {\n' + "  1,\n" * 100 + '};\n'
                'auto k_raw = R"x({ " )x";\n\nint main(int argc) {\n  if (argc) {\n    return 1;\n  }\n}\n\n}\n')
        found = [(name, lines) for name, _, lines, _ in sizes.functions("a.cc", text)]
        self.assertEqual([("f", 1), ("main", 5)], found)

    def test_generated_folders_are_not_looked_at(self):
        self.assertEqual([], self.problems({"build/dev/x.cc": "int x;\n" * 900, "node_modules/a/README.md": "[x](none)\n"}))


if __name__ == "__main__":
    unittest.main(verbosity=1)

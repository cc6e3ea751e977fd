#!/usr/bin/env python3
"""Shows that scripts/clang_tidy turns red: planted sources, each with one mistake, and one without."""

import importlib.machinery
import importlib.util
import json
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
LOADER = importlib.machinery.SourceFileLoader("clang_tidy", str(ROOT / "scripts/clang_tidy"))
clang_tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader("clang_tidy", LOADER))
LOADER.exec_module(clang_tidy)

COUNTER = """#include "base/mutex.h"
class Counter {
 public:
  void add() {
    %s
    ++count_;
  }
  void wait() {
    strobe::MutexLock lock(mutex_);
    while (count_ == 0) changed_.wait(mutex_);
  }
 private:
  strobe::Mutex mutex_;
  strobe::ConditionVariable changed_;
  int count_ STROBE_GUARDED_BY(mutex_) = 0;
};
void use() { Counter().add(); }
"""
GOOD = COUNTER % "strobe::MutexLock lock(mutex_);"

PLANTED = {
    "thread-safety": COUNTER % "// no lock",
    "bugprone-use-after-move": "#include <string>\n#include <utility>\nstd::string keep(std::string a) {\n"
                               "  std::string b = std::move(a);\n  return a + b;\n}\n",
    "misc-unused-using-decls": "#include <vector>\nusing std::vector;\nint x;\n",
}


class ClangTidyTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.build = Path(scratch.name)

    def findings(self, text):
        source = self.build / "planted.cc"
        source.write_text(text)
        command = f"c++ -std=gnu++23 -Wno-maybe-uninitialized -I{ROOT}/src -c {source}"
        (self.build / "compile_commands.json").write_text(
            json.dumps([{"directory": str(self.build), "command": command, "file": str(source)}]))
        code, output, errors = clang_tidy.check(self.build, source, (f"--config-file={ROOT}/.clang-tidy",))
        return code, output + errors

    def test_good_code_passes(self):
        code, output = self.findings(GOOD)
        self.assertEqual(0, code, output)

    def test_every_planted_mistake_is_an_error(self):
        for check, text in PLANTED.items():
            with self.subTest(check):
                code, output = self.findings(text)
                self.assertNotEqual(0, code, output)
                self.assertIn(check, output)

    def test_files_that_deal_with_mutexes_are_known_by_their_headers(self):
        self.assertTrue(clang_tidy.deals_with_mutexes("src/ingest/pipeline.cc"))
        self.assertFalse(clang_tidy.deals_with_mutexes("src/json/parse.cc"))


if __name__ == "__main__":
    unittest.main(verbosity=1)

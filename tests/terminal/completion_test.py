#!/usr/bin/env python3
"""Completes words with the scripts that `strobe completion` prints, in the shells themselves.

    tests/terminal/completion_test.py STROBE
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STROBE = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
SECONDS_MAX = 60

# Sets what bash would set, calls the function and prints its answer. The words come with "=" apart, as bash has them.
BASH = """
source "$1"; shift
COMP_WORDS=(strobe "$@"); COMP_CWORD=$#; COMPREPLY=()
_strobe
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell):
    return subprocess.run([STROBE, "completion", shell], check=True, capture_output=True, text=True, timeout=SECONDS_MAX).stdout


class CompletionTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="strobe-completion-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        # Names with blanks stay one word.
        (self.folder / "agent run.jsonl").touch()
        (self.folder / "agent.py").touch()

    def write(self, shell):
        path = self.folder / f"script.{shell}"
        path.write_text(script(shell))
        return path

    def run_shell(self, command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=SECONDS_MAX,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.folder)}, stdin=subprocess.DEVNULL)
        self.assertEqual(done.stderr, "")
        return [line for line in done.stdout.splitlines() if line]

    def bash(self, *words):
        return self.run_shell(["bash", "--norc", "-c", BASH, "bash", str(self.write("bash")), *words])

    def test_bash_completes_commands(self):
        self.assertEqual(self.bash("sess"), ["sessions"])
        self.assertTrue({"run", "serve", "show", "env", "config", "completion", "help"} <= set(self.bash("")))
        self.assertEqual(self.bash("help", "sess"), ["sessions"])

    def test_bash_completes_options_of_the_command_and_of_all(self):
        self.assertEqual(self.bash("show", "--vi"), ["--view"])
        self.assertEqual(self.bash("serve", "--li"), ["--listen"])
        self.assertIn("--store", self.bash("sessions", "--st"))
        self.assertNotIn("--listen", self.bash("show", "--"))

    def test_bash_completes_values(self):
        self.assertEqual(self.bash("show", "--view", "tr"), ["tree", "transcript"])
        self.assertEqual(self.bash("show", "--view", "=", "tr"), ["tree", "transcript"], "--view=tr")
        self.assertIn("summary", self.bash("show", "--view", "="))
        self.assertEqual(self.bash("env", "--for", "cla"), ["claude"])
        self.assertEqual(self.bash("completion", "f"), ["fish"])
        self.assertEqual(self.bash("config", "max"), ["max_body_mib"])
        self.assertEqual(self.bash("serve", "--listen", ""), [])

    def test_bash_completes_sessions_and_files(self):
        self.assertEqual(self.bash("show", "la")[0], "last")
        self.assertEqual(set(self.bash("import", "agent")), {"agent run.jsonl", "agent.py"})
        self.assertEqual(self.bash("--store", "agent.p"), ["agent.py"])
        self.assertEqual(self.bash("--store", "show", "sess"), ["sessions"], "the value of an option is no command")

    def test_bash_leaves_the_agents_words_to_the_agent(self):
        self.assertIn("bash", self.bash("run", "--", "bas"))
        self.assertEqual(self.bash("run", "--", "python3", "agent.p"), ["agent.py"])

    def test_fish_completes(self):
        path = self.write("fish")

        def fish(line):
            found = self.run_shell(["fish", "--no-config", "-c", f"source {path}; complete -C '{line}'"])
            return [each.split("\t")[0] for each in found]

        self.assertEqual(fish("strobe sess"), ["sessions"])
        self.assertEqual(set(fish("strobe show --view tr")), {"tree", "transcript"})
        self.assertIn("last", fish("strobe show la"))
        self.assertIn("--view", fish("strobe show --vi"))
        self.assertIn("agent.py", fish("strobe import age"))
        self.assertEqual(fish("strobe env --for cla"), ["claude"])

    def test_zsh_takes_the_script_and_knows_the_commands(self):
        path = self.write("zsh")
        self.assertEqual(self.run_shell(["zsh", "-f", "-n", str(path)]), [])
        # compinit and then the functions that _arguments would call, replaced by ones that print what they are given.
        spied = f"""
            compdef() {{ : }}
            source {path}
            _arguments() {{ print -rl -- "$@"; state=$spied_state; return 1 }}
            _describe() {{ print -rl -- $commands }}
            spied_state=command; _strobe
            words=(show); spied_state=argument; _strobe
        """
        lines = self.run_shell(["zsh", "-f", "-c", spied])
        self.assertTrue(any(line.startswith("sessions:") for line in lines), lines)
        self.assertTrue(any(line.startswith("--view=[") and "tree" in line for line in lines), lines)
        self.assertTrue(any(line.startswith("--store=[") and line.endswith(":_files") for line in lines), lines)


if __name__ == "__main__":
    unittest.main()

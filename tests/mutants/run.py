#!/usr/bin/env python3
"""Breaks the program on purpose, one way at a time, and looks whether the tests notice.

    tests/mutants/run.py --build build/dev                  every mutant of mutants.toml that is not for another preset
    tests/mutants/run.py --build build/tsan --preset tsan   those for that one
    tests/mutants/run.py --build build/dev NAME...          these
    tests/mutants/run.py --build build/dev --self-test      shows that a mutant that nobody notices is reported
    tests/mutants/run.py --check                            only whether each mutant's text is where it should be

A mutant is a replacement of text in one .cc file, which has to occur there exactly once, and the tests that have to turn
red: each a command in which {NAME} is a built program and {folder} an empty folder. The mutated file is compiled as the build
compiles the original, and linked before the libraries, so that nothing takes the original out of its archive. The sources are
not touched. First the programs as they are have to pass the same commands.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMMAND_SECONDS_MAX = 600
ENVIRONMENT = {"TSAN_OPTIONS": f"suppressions={ROOT}/tests/sanitizers/tsan.supp", "PYTHONDONTWRITEBYTECODE": "1"}


class Broken(Exception):
    """The check itself does not work."""


@dataclass(frozen=True)
class Mutant:
    name: str
    what: str
    file: str
    old: str
    new: str
    killers: list  # commands; the first that fails kills it
    preset: str = "dev"  # of the build that it is made in

    def text(self):
        source = (ROOT / self.file).read_text()
        if source.count(self.old) != 1:
            raise Broken(f"{self.name}: {self.file} has its text {source.count(self.old)} times, not once")
        return source.replace(self.old, self.new)


def read_mutants(path):
    with path.open("rb") as file:
        listed = tomllib.load(file)["mutant"]
    mutants = [Mutant(**entry) for entry in listed]
    if len({mutant.name for mutant in mutants}) != len(mutants):
        raise Broken("two mutants of one name")
    return {mutant.name: mutant for mutant in mutants}


class Build:
    def __init__(self, folder):
        self.folder = folder.resolve()
        commands = json.loads((self.folder / "compile_commands.json").read_text())
        self.compile_commands = {entry["file"]: entry for entry in commands}
        self.link_commands = {}

    def program(self, name):
        path = self.folder / "bin" / name
        if not path.is_file():
            raise Broken(f"{name} was not built")
        return path

    def bring_up_to_date(self, names):
        """A mutated file in a program whose other files are older than their headers could fail for that alone."""
        jobs = os.environ.get("JOBS") or str(os.cpu_count())
        self.run(["ninja", "-C", self.folder, "-j", jobs, *names], "the programs cannot be built")

    def compile(self, mutant, folder):
        """The mutated file as an object."""
        original = str(ROOT / mutant.file)
        entry = self.compile_commands.get(original)
        if entry is None:
            raise Broken(f"{mutant.name}: nothing compiles {mutant.file}")
        mutated = folder / Path(mutant.file).name
        mutated.write_text(mutant.text())
        target = mutated.with_suffix(".o")
        words = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
        words[words.index("-o") + 1] = str(target)
        words = [str(mutated) if word == original else word for word in words]
        # Warnings about code that is broken on purpose are not the point.
        self.run([*without_dependency_file(words), "-w"], f"{mutant.name} does not compile", cwd=entry["directory"])
        return target

    def link(self, name, mutated, folder):
        if name not in self.link_commands:
            asked = ["ninja", "-C", self.folder, "-t", "commands", f"bin/{name}"]
            listed = subprocess.run(asked, capture_output=True, text=True)
            lines = [line for line in listed.stdout.splitlines() if f" -o bin/{name} " in line]
            if listed.returncode != 0 or len(lines) != 1:
                raise Broken(f"no command links {name}")
            self.link_commands[name] = lines[0]
        target = folder / name
        placed = f" {shlex.quote(str(mutated))} -o {shlex.quote(str(target))} "
        command = self.link_commands[name].replace(f" -o bin/{name} ", placed)
        self.run(command, f"{name} does not link", cwd=self.folder, shell=True)
        return target

    @staticmethod
    def run(command, mistake, **options):
        done = subprocess.run(command, capture_output=True, text=True, **options)
        if done.returncode != 0:
            raise Broken(f"{mistake}\n{(done.stdout + done.stderr)[-3000:]}")


def without_dependency_file(words):
    """The compiler's command without -MD -MT x -MF y."""
    kept, skip = [], 0
    for word in words:
        if skip:
            skip -= 1
        elif word in ("-MT", "-MF"):
            skip = 1
        elif word != "-MD":
            kept.append(word)
    return kept


def programs_of(command):
    return [name for name in re.findall(r"\{(\w+)\}", command) if name != "folder"]


def passes(command, programs, echo=False):
    """Whether `command` succeeds with these programs, and its last words."""
    with tempfile.TemporaryDirectory(prefix="strobe-mutant-") as folder:
        words = [word.format(folder=folder, **programs) for word in shlex.split(command)]
        try:
            done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, errors="replace",
                                  timeout=COMMAND_SECONDS_MAX, env=os.environ | ENVIRONMENT)
        except subprocess.TimeoutExpired:
            return False, f"took longer than {COMMAND_SECONDS_MAX} s"
    said = (done.stdout + done.stderr).strip().splitlines()
    if echo:
        print("\n".join(said[-30:]))
    telling = [line for line in said if re.search(r"FAILED|LOST|lost|internal error|Error", line)]
    return done.returncode == 0, [*telling, *said, ""][0]


def check_originals(build, mutants):
    """The programs as they are pass all the commands: else a mutant's red says nothing."""
    for command in sorted({command for mutant in mutants for command in mutant.killers}):
        started = time.monotonic()
        passed, _ = passes(command, {name: build.program(name) for name in programs_of(command)})
        print(f"as it is: {command}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
        if not passed:
            passes(command, {name: build.program(name) for name in programs_of(command)}, echo=True)
            raise Broken(f"fails without any mutant: {command}")


def try_mutant(build, mutant, keep):
    """The command that killed it, or nothing."""
    folder = keep / mutant.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mutated = build.compile(mutant, folder)
    linked = {}
    try:
        for command in mutant.killers:
            for name in programs_of(command):
                if name not in linked:
                    linked[name] = build.link(name, mutated, folder)
            passed, last = passes(command, linked)
            if not passed:
                return command, last
        return None
    finally:
        shutil.rmtree(folder)  # programs of a hundred megabytes each


def self_test(build, keep):
    """A mutant that changes nothing survives, one that cannot be applied is no success."""
    file = "src/base/human_size.cc"
    killers = ("{base_test} --gtest_brief=1 --gtest_filter=HumanSize.*",)
    harmless = Mutant("harmless", "changes nothing", file, "namespace strobe {", "namespace strobe {  // as before", killers)
    deadly = Mutant("deadly", "a megabyte of two", file, '{"mb", 1e6}', '{"mb", 2e6}', killers)
    missing = Mutant("missing", "text that is not there", file, "no such text", "", killers)
    check_originals(build, [harmless])
    if try_mutant(build, harmless, keep) is not None:
        raise Broken("a mutant that changes nothing was said to be noticed")
    if try_mutant(build, deadly, keep) is None:
        raise Broken("a mutant that a test knows was said to survive")
    try:
        try_mutant(build, missing, keep)
    except Broken:
        print("1 harmless mutant survived, 1 was killed, 1 could not be made: as it should be")
        return 0
    raise Broken("a mutant whose text is not there was tried")


def run(build, wanted, keep):
    check_originals(build, wanted)
    survived = []
    for mutant in wanted:
        started = time.monotonic()
        killed = try_mutant(build, mutant, keep)
        took = f"{time.monotonic() - started:.0f} s"
        if killed is None:
            survived.append(mutant.name)
            print(f"SURVIVED {mutant.name} ({mutant.what}), {took}", flush=True)
        else:
            print(f"killed {mutant.name} ({mutant.what}) by {killed[0]}, {took}: {killed[1][:160]}", flush=True)
    print(f"{len(wanted) - len(survived)} of {len(wanted)} mutants were noticed")
    return 1 if survived else 0


def check(mutants):
    for mutant in mutants.values():
        mutant.text()
    print(f"{len(mutants)} mutants can be made")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--build", type=lambda text: Path(text).resolve(), default=ROOT / "build/dev")
    parser.add_argument("--preset", default="dev")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    keep = options.build / "mutants"
    try:
        if options.check:
            return check(read_mutants(HERE / "mutants.toml"))
        build = Build(options.build)
        if options.self_test:
            return self_test(build, keep)
        mutants = read_mutants(HERE / "mutants.toml")
        unknown = [name for name in options.names if name not in mutants]
        if unknown:
            raise Broken(f"no such mutant: {', '.join(unknown)}")
        wanted = [mutants[name] for name in options.names] or [one for one in mutants.values() if one.preset == options.preset]
        build.bring_up_to_date(sorted({name for mutant in wanted for line in mutant.killers for name in programs_of(line)}))
        return run(build, wanted, keep)
    except Broken as mistake:
        print(f"mutants: {mistake}")
        return 2


if __name__ == "__main__":
    sys.exit(main())

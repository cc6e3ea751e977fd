#!/usr/bin/env python3
"""Runs the examples of the documentation: every ```console block of every page does what the page says.

    tests/docs/examples.py --strobe build/bin/strobe [--root DIR] [PAGE...]

In a block, a line that begins with "$ " is run by a shell, and what follows it has to be what comes out (both streams).
"..." stands for anything within a line, and alone on a line for any number of lines. "$ command  # exit 3" expects
that exit code. The examples of one page share a folder, a home and a store. What they find there stands in comments:

    <!-- examples: import mender.json -->   a store into which tests/golden/shared/mender.json was imported
    <!-- examples: files a.jsonl b.jsonl -->  copies of these files of tests/golden/shared in a folder .traces
    <!-- examples: agent -->                `python agent.py` is a real agent with a stand-in for its model
    <!-- examples: agent hasty -->          and `python agent_hasty.py` the same one, whose model plays another script
                                            of tests/e2e/scripts; a page may have such a comment beside one of the others
    <!-- examples: serve mender.json -->    the same store, and `strobe serve` on it: for curl of this page, and nobody
                                            else, its free port is 127.0.0.1:4318
    <!-- not run: why -->                   right before a block: this one cannot be run here

A page whose blocks all pass is one passed test; a page with blocks that were neither run nor excused fails, and so does
a page with commands behind "$ " anywhere else, where they would look like examples and be run by nobody.
"""

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SECONDS_MAX = 60
SERVER_SECONDS_MAX = 20
PAGES = ("*.md", "docs/**/*.md", "src/cli/commands/*.md")

BLOCK = re.compile(r"(?:<!-- not run: (?P<excuse>[^>]+?) -->\s*\n)?^```console\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"<!-- examples: (import|files|agent|serve)\s*([^>]*?)\s*-->")
STRAY = re.compile(r"^[ \t]*\$ .*$", re.MULTILINE)
LISTENING = re.compile(r"listening on http://(127\.0\.0\.1:\d+)")


@dataclass
class Step:
    command: str
    exit_code: int = 0
    expected: list = field(default_factory=list)


def steps_of(body):
    """The commands of one block, each with the lines it shall print."""
    steps = []
    for line in body.splitlines():
        if line.startswith("$ "):
            command, _, code = line[2:].partition("  # exit ")
            steps.append(Step(command, int(code or 0)))
        elif steps and steps[-1].command.endswith("\\") and line.startswith("> "):
            steps[-1].command = steps[-1].command[:-1] + line[2:]
        elif not steps:
            raise ValueError(f"a console block begins with '{line}', not with a command")
        else:
            steps[-1].expected.append(line.rstrip())
    for step in steps:
        while step.expected and not step.expected[-1]:
            step.expected.pop()
    return steps


def line_matches(pattern, line):
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("...")), line) is not None


def matches(expected, got):
    """Whether lines are as expected, where "..." alone stands for any number of lines. Linear in rows times columns."""
    reachable = {0}
    for pattern in expected:
        if pattern.strip() == "...":
            reachable = set(range(min(reachable, default=len(got) + 1), len(got) + 1))
        else:
            reachable = {at + 1 for at in reachable if at < len(got) and line_matches(pattern, got[at])}
        if not reachable:
            return False
    return len(got) in reachable


def output_lines(text):
    lines = [line.rstrip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


class Page:
    def __init__(self, path, text):
        self.path = path
        self.settings = SETTING.findall(text)
        self.blocks = [(match.group("excuse"), steps_of(match.group("body"))) for match in BLOCK.finditer(text)]
        self.strays = [line.strip() for line in STRAY.findall(BLOCK.sub("", text))]

    def run(self, strobe):
        """Problems, as text."""
        for line in self.strays:
            yield f"{line}\nstands outside ```console blocks, so nobody runs it"
        if not any(excuse is None for excuse, _ in self.blocks):
            return
        with tempfile.TemporaryDirectory(prefix="strobe-examples-") as folder, contextlib.ExitStack() as stack:
            variables = environment(Path(folder), strobe)
            try:
                self.prepare(Path(folder), variables, stack)
            except RuntimeError as error:
                yield str(error)
                return
            for excuse, steps in self.blocks:
                for step in steps if excuse is None else ():
                    yield from run_step(step, Path(folder), variables)

    def prepare(self, folder, variables, stack):
        for what, argument in self.settings:
            if what == "agent":
                agents(argument.split(), folder, variables, stack)
            elif what == "files":
                copy_samples(argument.split(), folder / "work" / ".traces")
            else:
                import_samples(argument.split(), folder, variables)
            if what == "serve":
                stack.enter_context(server(folder, variables))


def environment(folder, strobe):
    """Nothing of the machine or of whoever runs the test; `strobe` is on the path."""
    for name in ("home", "tmp", "bin", "work"):
        (folder / name).mkdir()
    (folder / "bin" / "strobe").symlink_to(strobe)
    return {"PATH": f"{folder}/bin:{os.environ.get('PATH', '/usr/bin:/bin')}", "HOME": f"{folder}/home",
            "TMPDIR": f"{folder}/tmp", "STROBE_STORE": f"{folder}/home/strobe.db", "NO_COLOR": "1", "COLUMNS": "100",
            "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "dumb"}


def copy_samples(names, folder):
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(ROOT / "tests" / "golden" / "shared" / name, folder / name)


def import_samples(names, folder, variables):
    if not names:
        return
    files = [str(ROOT / "tests" / "golden" / "shared" / name) for name in names]
    subprocess.run(["strobe", "import", *files], cwd=folder / "work", env=variables, check=True, capture_output=True,
                   timeout=COMMAND_SECONDS_MAX)


@contextlib.contextmanager
def server(folder, variables):
    """`strobe serve` on a free port of this machine, until the page is done. The page says 127.0.0.1:4318, as readers
    have it; curl's own configuration in the page's home leads there, and leaves progress out as on a terminal."""
    said = folder / "serve.txt"
    with open(said, "wb") as output:
        process = subprocess.Popen(["strobe", "serve", "--listen", "127.0.0.1:0"], cwd=folder / "work", env=variables,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + SERVER_SECONDS_MAX
        while not (address := LISTENING.search(said.read_text())):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"strobe serve does not listen:\n{said.read_text()}")
            time.sleep(0.02)
        (folder / "home" / ".curlrc").write_text(f'connect-to = "127.0.0.1:4318:{address[1]}"\nsilent\nshow-error\n')
        yield
    finally:
        process.terminate()
        try:
            process.wait(SERVER_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def agents(others, folder, variables, stack):
    """`python agent.py` in the page's folder: the OpenInference agent of the end-to-end tests, and its model. Each of the
    others is `agent_NAME.py`, with a model, a project and a session of its own."""
    sys.path.insert(0, str(ROOT / "tests" / "e2e"))
    from environments import agent_command, load_environments
    from processes import standin
    from play import agent_variables

    python, script = agent_command(load_environments()["openinference"])
    # Not a link: Python finds its packages from where it was started.
    (folder / "bin" / "python").write_text(f'#!/bin/sh\nexec {python} "$@"\n')
    (folder / "bin" / "python").chmod(0o755)
    for played, name, session in (("demo", "", "first-agent"), *((other, f"_{other}", f"{other}-agent") for other in others)):
        workspace = folder / "work" / f"shop{name}"
        shutil.copytree(ROOT / "tests" / "e2e" / "workspace", workspace)
        port = stack.enter_context(standin(ROOT / "tests" / "e2e" / "scripts" / f"{played}.json",
                                           folder / f"truth{name}.jsonl", folder / f"port{name}"))
        wanted = {key: value for key, value in agent_variables(port, session).items() if key.startswith(("OPENAI_", "AGENT_"))}
        (folder / "work" / f"agent{name}.py").write_text(
            "import os, runpy, sys\n"
            f"os.environ.update({wanted!r})\n"
            f"sys.argv[1:] = ['--workspace', {str(workspace)!r}]\n"
            f"sys.path.insert(0, {str(Path(script).parent)!r})\n"
            f"runpy.run_path({script!r}, run_name='__main__')\n")


def run_step(step, folder, variables):
    try:
        done = subprocess.run(["bash", "-c", step.command], cwd=folder / "work", env=variables, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=COMMAND_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        yield f"$ {step.command}\ndid not end within {COMMAND_SECONDS_MAX} s"
        return
    got = output_lines(done.stdout.decode("utf-8", errors="backslashreplace"))
    if done.returncode != step.exit_code:
        yield f"$ {step.command}\nexit code {done.returncode}, not {step.exit_code}:\n" + "\n".join(got)
    elif not matches(step.expected, got):
        yield f"$ {step.command}\nprinted:\n" + "\n".join(got) + "\nbut the page says:\n" + "\n".join(step.expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strobe", type=Path, required=True)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("pages", nargs="*")
    options = parser.parse_args()
    wanted = options.pages or sorted({str(path.relative_to(options.root)) for pattern in PAGES
                                      for path in options.root.glob(pattern)})
    failed = run = 0
    for name in wanted:
        page = Page(name, (options.root / name).read_text(encoding="utf-8"))
        problems = list(page.run(options.strobe.resolve()))
        done = sum(len(steps) for excuse, steps in page.blocks if excuse is None)
        run += done
        failed += len(problems)
        if page.blocks or problems:
            print(f"{'FAILED' if problems else 'ok    '} {name}: {done} commands")
        for problem in problems:
            print("\n".join(f"    {line}" for line in problem.splitlines()))
    print(f"examples: {run} commands run, {failed} failed")
    return 1 if failed or not run else 0


if __name__ == "__main__":
    sys.exit(main())

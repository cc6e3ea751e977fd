"""The tools as plain functions with types and docstrings, which is what agent frameworks take them from."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

_TEST_TIMEOUT_S = 20


def tool_functions(folder: Path) -> list[Callable[..., str]]:
    """The tools, bound to one project folder. One that raises is a failed tool."""
    workspace = folder.resolve()

    def inside(path: str) -> Path:
        full = (workspace / path).resolve()
        if not full.is_relative_to(workspace):
            raise ValueError(f"outside the project: {path}")
        return full

    def list_files(path: str) -> str:
        """Lists the files below a folder of the project."""
        files = (file for file in inside(path).rglob("*") if file.is_file())
        return "\n".join(sorted(str(file.relative_to(workspace)) for file in files))

    def read_file(path: str) -> str:
        """Reads a text file of the project."""
        try:
            return inside(path).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise FileNotFoundError(f"no such file: {path}") from None

    def edit_file(path: str, find: str, replace: str) -> str:
        """Replaces a text that occurs exactly once in a file."""
        before = read_file(path)
        if before.count(find) != 1:
            raise ValueError(f"found {before.count(find)} times in {path}, expected once: {find}")
        inside(path).write_text(before.replace(find, replace), encoding="utf-8")
        return f"edited {path}"

    def run_tests(pattern: str) -> str:
        """Runs the tests whose file names match a pattern."""
        command = ["python3", "-B", "-m", "unittest", "discover", "-v", "-t", ".", "-s", "tests", "-p", pattern]
        done = subprocess.run(command, cwd=workspace, capture_output=True, text=True, timeout=_TEST_TIMEOUT_S)
        verdict = "passed" if done.returncode == 0 else "failed"
        return f"{verdict}\n{done.stdout}{done.stderr}".replace(f"{workspace}/", "")

    return [list_files, read_file, edit_file, run_tests]

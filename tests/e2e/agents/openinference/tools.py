"""The tools of the agent. A tool that raises is a failed tool: the agent tells the model, and the run goes on."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

_TEST_TIMEOUT_S = 20


def _parameters(*names: str) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in names}
    return {"type": "object", "properties": properties, "required": list(names), "additionalProperties": False}


# name -> (description, JSON schema of the arguments)
TOOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "list_files": ("Lists the files below a folder of the project.", _parameters("path")),
    "read_file": ("Reads a text file of the project.", _parameters("path")),
    "edit_file": ("Replaces a text that occurs exactly once in a file.", _parameters("path", "find", "replace")),
    "run_tests": ("Runs the tests whose file names match a pattern.", _parameters("pattern")),
}


class Toolbox:
    """The tools, bound to one project folder."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace.resolve()

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Runs a tool; what it raises is what went wrong."""
        if name not in TOOLS:
            raise ValueError(f"no such tool: {name}")
        return getattr(self, "_" + name)(**arguments)

    def _inside(self, path: str) -> Path:
        full = (self._workspace / path).resolve()
        if not full.is_relative_to(self._workspace):
            raise ValueError(f"outside the project: {path}")
        return full

    def _list_files(self, path: str) -> str:
        files = (file for file in self._inside(path).rglob("*") if file.is_file())
        return "\n".join(sorted(str(file.relative_to(self._workspace)) for file in files))

    def _read_file(self, path: str) -> str:
        try:
            return self._inside(path).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise FileNotFoundError(f"no such file: {path}") from None

    def _edit_file(self, path: str, find: str, replace: str) -> str:
        before = self._read_file(path)
        if before.count(find) != 1:
            raise ValueError(f"found {before.count(find)} times in {path}, expected once: {find}")
        self._inside(path).write_text(before.replace(find, replace), encoding="utf-8")
        return f"edited {path}"

    def _run_tests(self, pattern: str) -> str:
        command = ["python3", "-B", "-m", "unittest", "discover", "-v", "-t", ".", "-s", "tests", "-p", pattern]
        done = subprocess.run(command, cwd=self._workspace, capture_output=True, text=True, timeout=_TEST_TIMEOUT_S)
        verdict = "passed" if done.returncode == 0 else "failed"
        return f"{verdict}\n{done.stdout}{done.stderr}".replace(f"{self._workspace}/", "")

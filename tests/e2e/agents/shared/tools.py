"""The tools as name, description and schema, for agents that talk to a model server themselves.

A tool that raises is a failed tool: the agent tells the model, and the run goes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from functions import tool_functions
from job import REVIEWER_ABOUT


def _parameters(*names: str) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in names}
    return {"type": "object", "properties": properties, "required": list(names), "additionalProperties": False}


# name -> (description, JSON schema of the arguments)
TOOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "list_files": ("Lists the files below a folder of the project.", _parameters("path")),
    "read_file": ("Reads a text file of the project.", _parameters("path")),
    "edit_file": ("Replaces a text that occurs exactly once in a file.", _parameters("path", "find", "replace")),
    "run_tests": ("Runs the tests whose file names match a pattern.", _parameters("pattern")),
    "review": (REVIEWER_ABOUT, _parameters("input")),  # the second agent; agents without one never hear of it
}
REVIEWER_TOOLS = ("read_file",)


class Toolbox:
    """The tools, bound to one project folder."""

    def __init__(self, workspace: Path) -> None:
        self._functions = {function.__name__: function for function in tool_functions(workspace)}

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Runs a tool; what it raises is what went wrong."""
        if name not in self._functions:
            raise ValueError(f"no such tool: {name}")
        return self._functions[name](**arguments)

"""The tree under test: which files there are, and their text."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tomllib

# What .gitignore leaves out, and the repository itself.
SKIPPED_FOLDERS = {".git", ".deps", "build", "node_modules", "__pycache__", ".venv", ".cache"}


@dataclass(frozen=True)
class Problem:
    """`subject` is what an exception in allow.toml would name: a path, or path:function."""

    rule: str
    subject: str
    message: str

    def __str__(self):
        return f"{self.subject}: {self.message} [{self.rule}]"


class Tree:
    """Paths are relative to the root, with slashes. Texts are read once."""

    def __init__(self, root):
        self.root = Path(root)
        self._texts = {}

    @cached_property
    def paths(self):
        return sorted(self._walk(self.root))

    def _walk(self, folder):
        for entry in folder.iterdir():
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in SKIPPED_FOLDERS and not entry.name.startswith("build-"):
                    yield from self._walk(entry)
            elif entry.is_file():
                yield entry.relative_to(self.root).as_posix()

    @cached_property
    def path_set(self):
        return frozenset(self.paths)

    def exists(self, path):
        """A file or a folder of the tree."""
        path = path.rstrip("/")
        return path in self.path_set or any(p.startswith(path + "/") for p in self.paths) or path in ("", ".")

    def text(self, path):
        """The text of a file; None when it is not there or no UTF-8 text."""
        if path not in self._texts:
            try:
                self._texts[path] = (self.root / path).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                self._texts[path] = None
        return self._texts[path]

    def matching(self, prefix="", suffixes=("",)):
        """Text files below `prefix` with one of the suffixes, with their text."""
        for path in self.paths:
            if path.startswith(prefix) and path.endswith(tuple(suffixes)):
                text = self.text(path)
                if text is not None:
                    yield path, text

    def toml(self, path):
        return tomllib.loads(self.text(path) or "")

    @cached_property
    def rooms(self):
        """rooms.toml: tables `rooms`, `debts`, `third_party`."""
        return self.toml("tests/tidy/rooms.toml")

    def room_of(self, path):
        """The room a path relative to src/ lies in: the longest one that fits, else its first folder."""
        fitting = [room for room in self.rooms["rooms"] if path.startswith(room + "/")]
        return max(fitting, key=len) if fitting else path.split("/")[0]

"""The demonstration behind scripts/demo.sh: one recorded run, and the views of it."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from environments import REPOSITORY, InstallError, agent_command, load_environments
from processes import standin
from play import agent_variables

_HERE = Path(__file__).resolve().parent
_STORE = REPOSITORY / "build" / "demo" / "strobe.db"
_VIEWS = (
    ("What happened, in short", "summary"),
    ("What ran below what", "tree"),
    ("What was said", "transcript"),
)


def _shown(path: Path) -> str:
    """A path as one would type it: from here when it is below here."""
    return shlex.quote(os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path))


def _step(title: str, command: list[str], variables: dict[str, str] | None = None) -> int:
    """Prints what is about to be done, does it with our own output, and returns how it ended."""
    print(f"\n== {title}", flush=True)
    return subprocess.run(command, env=variables, stdin=subprocess.DEVNULL).returncode


def _fresh_store() -> None:
    """The demonstration starts from nothing each time; SQLite's companion files belong to the store."""
    _STORE.parent.mkdir(parents=True, exist_ok=True)
    for file in _STORE.parent.glob(_STORE.name + "*"):
        file.unlink()


def _record(strobe: Path, agent: list[str], folder: Path) -> int:
    workspace = folder / "shop"
    shutil.copytree(_HERE / "workspace", workspace)
    with standin(_HERE / "scripts" / "demo.json", folder / "truth.jsonl", folder / "port") as port:
        variables = agent_variables(port, "demo")
        variables.pop("NO_COLOR", None)
        if "NO_COLOR" in os.environ:
            variables["NO_COLOR"] = os.environ["NO_COLOR"]
        command = [str(strobe), "--store", str(_STORE), "run", "--", *agent, "--workspace", str(workspace)]
        return _step("A coding agent mends a failing test, recorded by strobe run", command, variables)


def _next_steps(strobe: Path) -> None:
    program = f"{_shown(strobe)} --store {_shown(_STORE)}"
    print("\n== Try next")
    for question in (
        "analyze last",
        "blame last",
        "context profile last",
        "show last --output html --out report.html",
        "show last --json",
        "serve",
    ):
        print(f"  {program} {question}")
    print(f"  {_shown(strobe)} run -- your-agent")


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the stand-in is ended, too
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--strobe", type=Path, required=True)
    parser.add_argument("--agent", default="vercel-v6", choices=load_environments())
    options = parser.parse_args()
    strobe = options.strobe.resolve()
    try:
        agent = agent_command(load_environments()[options.agent])
        _fresh_store()
        with tempfile.TemporaryDirectory(prefix="strobe-demo-") as folder:
            status = _record(strobe, agent, Path(folder))
    except (InstallError, OSError, RuntimeError, TimeoutError) as problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 1
    for title, view in _VIEWS:
        status = status or _step(title, [str(strobe), "--store", str(_STORE), "show", "last", "--view", view])
    if status == 0:
        _next_steps(strobe)
    return status


if __name__ == "__main__":
    sys.exit(main())

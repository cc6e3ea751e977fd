"""Where the agents' SDKs live, which versions they have, and how they get there.

versions.json names what we ask for; locks/ pins what that pulls in. Each environment is built in a folder of its own
below .deps/e2e and moved into place when it is complete, with a stamp of what it was built from.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
AGENTS = HERE / "agents"
_DEPS = REPOSITORY / ".deps" / "e2e"
_LOCKS = HERE / "locks"
_INSTALL_TIMEOUT_S = 600
# No package here needs its install script, and none gets to run one.
_NPM_OPTIONS = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]


class InstallError(RuntimeError):
    """A package manager failed; the text carries the end of what it printed."""


@dataclass(frozen=True)
class Environment:
    name: str
    manager: str  # "npm" or "pypi"
    packages: dict[str, str]  # name -> exact version

    @property
    def folder(self) -> Path:
        return _DEPS / self.name

    @property
    def lock(self) -> Path:
        return _LOCKS / (f"{self.name}.package-lock.json" if self.manager == "npm" else f"{self.name}.requirements.txt")

    @property
    def agent_folder(self) -> Path:
        """The longest agents/FOLDER that NAME is, or begins with: versions and instrumentations share an agent."""
        words = self.name.split("-")
        folders = (AGENTS / "-".join(words[:count]) for count in range(len(words), 0, -1))
        return next((folder for folder in folders if folder.is_dir()), AGENTS / self.name)

    def stamp(self) -> str:
        """Changes with whatever the environment is made from."""
        made_from = json.dumps([self.packages, sys.version_info[:2]], sort_keys=True).encode()
        lock = self.lock.read_bytes() if self.lock.exists() else b""
        return hashlib.sha256(made_from + lock).hexdigest()

    def is_installed(self) -> bool:
        stamp = self.folder / "stamp"
        return stamp.exists() and stamp.read_text(encoding="utf-8") == self.stamp()


def load_environments() -> dict[str, Environment]:
    """All environments of versions.json by name."""
    versions = json.loads((HERE / "versions.json").read_text(encoding="utf-8"))
    return {
        name: Environment(name, manager, packages)
        for manager, environments in versions.items()
        for name, packages in environments.items()
    }


def install(environment: Environment, *, relock: bool) -> bool:
    """Builds the environment unless it is there already; says whether it did. `relock` writes the lock file anew."""
    if environment.is_installed() and not relock:
        return False
    fresh = environment.folder.with_name(f"{environment.name}.{os.getpid()}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        (_install_npm if environment.manager == "npm" else _install_pypi)(environment, fresh, relock)
        (fresh / "stamp").write_text(environment.stamp(), encoding="utf-8")
        shutil.rmtree(environment.folder, ignore_errors=True)
        fresh.rename(environment.folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def _install_npm(environment: Environment, folder: Path, relock: bool) -> None:
    manifest = {"name": environment.name, "private": True, "type": "module", "dependencies": environment.packages}
    (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    shutil.copy(REPOSITORY / ".npmrc", folder / ".npmrc")
    if relock:
        _run(["npm", "install", *_NPM_OPTIONS], folder)
        shutil.copy(folder / "package-lock.json", environment.lock)
    else:
        # `ci` fails when the lock file and the versions asked for disagree: that is the check of one against the other.
        shutil.copy(environment.lock, folder / "package-lock.json")
        _run(["npm", "ci", *_NPM_OPTIONS], folder)


def _install_pypi(environment: Environment, folder: Path, relock: bool) -> None:
    # A venv cannot be moved with its scripts, but `bin/python` itself does not care, and nothing else of it is used.
    _run([sys.executable, "-m", "venv", "venv"], folder)
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    asked = [f"{name}=={version}" for name, version in environment.packages.items()]
    if relock:
        _run([*pip, "install", *asked], folder)
        frozen = _run([*pip, "freeze"], folder)
        environment.lock.write_text(frozen, encoding="utf-8")
    else:
        # The constraints hold everything pulled in; a pin that disagrees with versions.json is a conflict pip reports.
        _run([*pip, "install", "-c", str(environment.lock), *asked], folder)


def _run(command: list[str], folder: Path) -> str:
    """Standard output of a command that succeeded."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise InstallError(f"{' '.join(command[:2])}: {problem}") from problem
    if done.returncode != 0:
        raise InstallError(f"{' '.join(command[:2])} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def agent_command(environment: Environment) -> list[str]:
    """How to start the environment's agent. Raises InstallError when it is not installed."""
    if not environment.is_installed():
        raise InstallError(f"{environment.name} is not installed (or its versions changed): run tests/e2e/install.sh")
    if environment.manager == "pypi":
        return [str(environment.folder / "venv" / "bin" / "python"), str(environment.agent_folder / "agent.py")]
    # Node looks for packages above the importing file, so the agent is put where its packages are. Another run may be
    # reading what lies there: replaced at once, or not at all.
    for source in environment.agent_folder.glob("*.mjs"):
        fresh = environment.folder / f"{source.name}.{os.getpid()}.{threading.get_ident()}.new"
        shutil.copy(source, fresh)
        fresh.replace(environment.folder / source.name)
    return ["node", str(environment.folder / "agent.mjs")]

#!/usr/bin/env python3
"""Installs what the browser tests drive Chromium with, below .deps/browser; does nothing when it is there already.

package.json names the versions, package-lock.json what they are made of (`install.py --relock` writes it anew). The browser
is Debian's (scripts/packages.txt): none is downloaded.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
FOLDER = REPOSITORY / ".deps" / "browser"
# No package here needs its install script, and none gets to run one.
OPTIONS = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]


def stamp() -> str:
    names = (HERE / "package.json", HERE / "package-lock.json")
    return hashlib.sha256(b"".join(name.read_bytes() for name in names if name.exists())).hexdigest()


def is_installed() -> bool:
    written = FOLDER / "stamp"
    return written.exists() and written.read_text(encoding="utf-8") == stamp()


def install(relock: bool) -> None:
    fresh = FOLDER.with_name(f"browser.{os.getpid()}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        shutil.copy(HERE / "package.json", fresh)
        shutil.copy(REPOSITORY / ".npmrc", fresh)
        if not relock:
            shutil.copy(HERE / "package-lock.json", fresh)
        subprocess.run(
            ["npm", "install" if relock else "ci", *OPTIONS],
            cwd=fresh,
            check=True,
            timeout=600,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        if relock:
            shutil.copy(fresh / "package-lock.json", HERE)
        (fresh / "stamp").write_text(stamp(), encoding="utf-8")
        shutil.rmtree(FOLDER, ignore_errors=True)
        fresh.rename(FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main() -> int:
    relock = sys.argv[1:] == ["--relock"]
    if sys.argv[1:] and not relock:
        print("usage: install.py [--relock]", file=sys.stderr)
        return 2
    if is_installed() and not relock:
        return 0
    try:
        install(relock)
    except (OSError, subprocess.SubprocessError) as problem:
        print(f"install.py: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""The report in a browser, and the summary for models before a tokenizer: `run.py --strobe PROGRAM [--self-test | --tokens]`.

Makes sessions (sessions.py), lets the program write their reports, and has Chromium look at them (report.mjs). With
--self-test each check gets a report that is broken in the way it is there to notice, and has to fail. With --tokens the JSON
summaries are counted by two tokenizers (tokens.mjs).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEPS = HERE.parent.parent / ".deps" / "browser"
TIMEOUT_S = 240
REPORTS = {"plain": ("plain", 40), "attack": ("attack", 30), "long": ("plain", 5000)}
SUMMARIES = (("plain", 10), ("plain", 200), ("plain", 5000), ("noise", 10), ("noise", 200), ("noise", 1000))


@dataclass(frozen=True)
class Sabotage:
    """A way to break a report, and the check that has to notice."""

    check: str
    file: str
    old: str
    new: str


SABOTAGES = (
    Sabotage("collapsesAndExpands", "plain", "if (!isOpen && body) body.remove();", ""),
    Sabotage("chartsAreDrawn", "plain", "drawing.append(svg('path'", "void (svg('path'"),
    Sabotage("chartsAreDrawn", "plain", "pen.fillRect(left, top, width, barHeight);", ""),
    Sabotage("findingsLeadToSteps", "plain", "if (place) jump(place[0], place[1]);", "if (place) return;"),
    Sabotage("chartsLeadToSteps", "plain", "this.onPick(this.data[this.picked].rows[0]);\n    });", "});"),
    Sabotage(
        "attacksStayText",
        "attack",
        "if (child !== null && child !== undefined) element.append(child);",
        "typeof child === 'string' ? element.insertAdjacentHTML('beforeend', child) : child && element.append(child);",
    ),
    Sabotage("attacksStayText", "attack", "<noscript>", '<link rel="stylesheet" href="http://192.0.2.1/"><noscript>'),
    Sabotage("attacksStayText", "attack", "</main>", '</main><p>\u003cimg src=x onerror="window.attacked=1"></p>'),
    Sabotage(
        "policyHolds", "plain", "default-src 'none'; script-src", "default-src *; script-src 'unsafe-inline'; x-src"
    ),
    Sabotage(
        "manyStepsStayQuick", "long", "if (entry.isIntersecting) this.fill(chunk);", "if (chunk) this.fill(chunk);"
    ),
    Sabotage("darkAndLight", "plain", "@media (prefers-color-scheme: dark) {\n  :root", "@media print {\n  :root"),
    Sabotage("fitsAPhone", "plain", ".tile dt {", ".tile { min-width: 300px; } .tile dt {"),
    Sabotage("isAccessible", "plain", "search.setAttribute('aria-label', 'Find in steps');", ""),
)


def strobe(program: str, store: Path, *arguments: str) -> None:
    subprocess.run(
        [program, "--store", str(store), *arguments], check=True, timeout=TIMEOUT_S, stdout=subprocess.DEVNULL
    )


def session(program: str, folder: Path, kind: str, steps: int) -> Path:
    """A store with one session of this kind."""
    store = folder / f"{kind}{steps}.db"
    if not store.exists():
        document = folder / f"{kind}{steps}.json"
        with document.open("w", encoding="utf-8") as file:
            subprocess.run([sys.executable, HERE / "sessions.py", kind, str(steps)], check=True, stdout=file)
        strobe(program, store, "import", str(document))
    return store


def write_reports(program: str, folder: Path) -> None:
    for name, (kind, steps) in REPORTS.items():
        store = session(program, folder, kind, steps)
        strobe(program, store, "show", "last", "--output", "html", "--out", str(folder / f"{name}.html"))


def node(script: str, *arguments: str) -> int:
    environment = os.environ | {"STROBE_BROWSER_DEPS": str(DEPS)}
    return subprocess.run(["node", HERE / script, *arguments], env=environment, timeout=TIMEOUT_S).returncode


def hash_of(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def sabotaged(page: str, sabotage: Sabotage) -> str:
    """The page broken, its policy adapted, so that what is broken is not refused for that."""
    if sabotage.old not in page:
        raise SystemExit(f"run.py: {sabotage.check}: the report has no {sabotage.old!r}")
    page = page.replace(sabotage.old, sabotage.new, 1)
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        text = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[-1]
        page = re.sub(f"{directive} 'sha256-[^']*'", lambda _: f"{directive} {hash_of(text)}", page, count=1)
    return page


def self_test(folder: Path) -> int:
    rounds = []
    for number, sabotage in enumerate(SABOTAGES):
        broken = folder / f"broken-{number}"
        broken.mkdir()
        for name in REPORTS:
            (broken / f"{name}.html").symlink_to(folder / f"{name}.html")
        path = broken / f"{sabotage.file}.html"
        whole = path.read_text(encoding="utf-8")
        path.unlink()
        path.write_text(sabotaged(whole, sabotage), encoding="utf-8")
        rounds.append(f"{broken}={sabotage.check}")
    return node("report.mjs", "--broken", *rounds)


def count_tokens(program: str, folder: Path) -> int:
    for kind, steps in SUMMARIES:
        store = session(program, folder, kind, steps)
        strobe(program, store, "show", "last", "--output", "json", "--out", str(folder / f"{kind}-{steps}.summary"))
    return node("tokens.mjs", str(folder))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strobe", required=True)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--self-test", action="store_true")
    which.add_argument("--tokens", action="store_true")
    arguments = parser.parse_args()
    program = str(Path(arguments.strobe).resolve())
    subprocess.run([sys.executable, HERE / "install.py"], check=True)
    with tempfile.TemporaryDirectory(prefix="strobe-browser-") as scratch:
        folder = Path(scratch)
        if arguments.tokens:
            return count_tokens(program, folder)
        write_reports(program, folder)
        return 1 if (self_test(folder) if arguments.self_test else node("report.mjs", str(folder))) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Every command with the arguments it is run with. Which commands there are is what the program's help says: one that is
not in CATALOGUE is a failure, so that nobody forgets to add it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

VIEWS = ("summary", "timeline", "tree", "tokens", "transcript", "all")
TABLES = ("sessions", "spans", "traces", "messages")


@dataclass(frozen=True)
class Place:
    """What the commands work on."""

    store: str
    folder: Path  # for files that they write
    sessions: list[str]  # a choice of them
    traces: list[str]
    word: str  # to search for
    file: str  # to import; holds what the store holds
    filters: list[list[str]] = field(default_factory=list)  # more arguments for lists, of the case
    is_brief: bool = False  # leave out what hardly depends on the content


@dataclass(frozen=True)
class Call:
    arguments: list[str | bytes]
    form: str = "text"  # text, json, bytes (no text at all), script (text with tabs)
    codes: frozenset[int] = frozenset({0})
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def is_colored(self) -> bool:
        return self.environment.get("STROBE_COLOR") == "always"


OK_OR_LACKING = frozenset({0, 1})
OK_LACKING_OR_UNKNOWN = frozenset({0, 1, 3})
COLORED = {"STROBE_COLOR": "always", "NO_COLOR": ""}
NARROW = {"COLUMNS": "40"}


def both(*arguments: str) -> Iterator[Call]:
    yield Call(list(arguments))
    yield Call([*arguments, "--json"], "json")


def lists(name: str, place: Place) -> Iterator[Call]:
    yield from both(name, "--limit", "0")
    if not place.is_brief:
        yield Call([name, "-v"], environment=COLORED)
        yield Call([name], environment=NARROW)
    for extra in place.filters if name != "metrics" else ():
        yield from both(name, *extra)


def show(place: Place) -> Iterator[Call]:
    yield Call(["show"], codes=frozenset({0, 3}))
    for session in place.sessions:
        for view in VIEWS:
            if not place.is_brief:
                yield Call(["show", session, "--view", view, "--limit", "0"])
            if not place.is_brief or view == "all":
                yield Call(["show", session, "--view", view, "-v"], environment=COLORED)
            if view not in ("all", "tree") or not place.is_brief:
                yield Call(["show", session, "--view", view, "--json"], "json")
        yield Call(["show", session, "--view", "all", "--limit", "30", "--steps", "1-2"], environment=NARROW)


def report(place: Place) -> Iterator[Call]:
    """What `show --output` and `export` write for people and models: HTML is looked at by tests/browser."""
    for session in place.sessions:
        yield Call(["show", session, "--output", "html"], "bytes")
        yield Call(["show", session, "--output", "json"], "json")


def export(place: Place) -> Iterator[Call]:
    for session in place.sessions:
        yield Call(["export", session], "json")
        yield Call(["export", session, "--format", "otlp-protobuf"], "bytes")
        if not place.is_brief:
            yield Call(["export", session, "--out", str(place.folder / "out.json")])
            yield Call(["export", session, "--format", "attocode"], "json")


def ask(name: str, place: Place, *, codes: frozenset[int] = frozenset({0}), is_verbose: bool = False, has_rnix: bool = False) -> Iterator[Call]:
    """A question on one session."""
    for session in place.sessions:
        if place.is_brief:
            yield Call([name, session, *(["-v"] if is_verbose else [])], codes=codes, environment=COLORED)
        else:
            yield Call([name, session], codes=codes)
            yield Call([name, session, "-v"] if is_verbose else [name, session], codes=codes, environment={**COLORED, **NARROW})
        yield Call([name, session, "--json"], "json", codes)
        if has_rnix and not place.is_brief:
            yield Call([name, session, "--format", "rnix"], "json", codes)
    if not place.is_brief:
        yield Call([name, "--all"], codes=codes)


def context(place: Place) -> Iterator[Call]:
    """Where there is no call (3), or none that told its context (1), the questions say so."""
    for session in place.sessions:
        for question in ("profile", "growth", "cache"):
            yield from (Call(["context", question, session, *more], form, OK_LACKING_OR_UNKNOWN) for more, form in (([], "text"), (["--json"], "json")))
        if place.is_brief:
            continue
        yield Call(["context", "cache", session, "-v"], codes=OK_OR_LACKING, environment=COLORED)
        yield Call(["context", "growth", session, "--cap-tool-results", "10", "--drop-tool", place.word], codes=OK_OR_LACKING)
        for question in (["diff", session, "#1", "#2"], ["why", session, "#1"], ["show", session, "#1"]):
            yield Call(["context", *question], codes=OK_LACKING_OR_UNKNOWN, environment=COLORED)
            yield Call(["context", *question, "--json"], "json", OK_LACKING_OR_UNKNOWN)
        for question in (["profile", session], ["growth", session], ["diff", session, "#1", "#2"]):
            yield Call(["context", *question, "--format", "rnix"], "json", OK_LACKING_OR_UNKNOWN)


def compare(place: Place) -> Iterator[Call]:
    for session in place.sessions[:1]:
        others = place.sessions[1:] or [session]
        yield Call(["compare", session, others[0], "--structure"], environment=COLORED)
        yield Call(["compare", session, *others, "--json"], "json")
        if not place.is_brief:
            yield Call(["compare", session, session, session], environment=NARROW)


def sql(place: Place) -> Iterator[Call]:
    for table in TABLES[:2] if place.is_brief else TABLES:
        yield from both("sql", f"SELECT * FROM {table} LIMIT 300")


def doctor(place: Place) -> Iterator[Call]:
    yield from both("doctor")
    if not place.is_brief:
        yield from both("doctor", "--quick")
    for session in place.sessions:
        yield Call(["doctor", session], codes=OK_OR_LACKING)
        if not place.is_brief:
            yield Call(["doctor", session, "-v"], codes=OK_OR_LACKING, environment=COLORED)
        yield Call(["doctor", session, "--json"], "json", OK_OR_LACKING)


def stats(place: Place) -> Iterator[Call]:
    for key in ("model", "tool", "agent", "session", "day"):
        yield Call(["stats", "--by", key, "--limit", "0"])
        if not place.is_brief:
            yield Call(["stats", "--by", key, "--limit", "0", "--json"], "json")
    yield Call(["stats", "--json"], "json", environment=NARROW)


def prune(place: Place) -> Iterator[Call]:
    yield Call(["prune", "--older-than", "1d", "--dry-run", "--json"], "json")
    yield Call(["prune", "--max-size", "1MB", "--dry-run"])


def backup(place: Place) -> Iterator[Call]:
    for number, more in enumerate(([],) if place.is_brief else ([], ["--json"])):
        target = place.folder / f"copy{number}.db"
        target.unlink(missing_ok=True)
        yield Call(["backup", str(target), *more], "json" if more else "text")


def env(place: Place) -> Iterator[Call]:
    yield from both("env") if not place.is_brief else ()


def run(place: Place) -> Iterator[Call]:
    if not place.is_brief:
        yield Call(["run", "--", "true", "\x1b[2J\u202e\u0085"])


def import_(place: Place) -> Iterator[Call]:
    yield Call(["import", place.file])


def search(place: Place) -> Iterator[Call]:
    yield from both("search", place.word, "--limit", "0")
    if not place.is_brief:
        yield Call(["search", place.word], environment=COLORED)


# In this order: what changes the store stands last.
CATALOGUE: dict[str, Callable[[Place], Iterator[Call]]] = {
    "sessions": lambda place: lists("sessions", place),
    "traces": lambda place: lists("traces", place),
    "metrics": lambda place: lists("metrics", place),
    "show": lambda place: (*show(place), *report(place)),
    "analyze": lambda place: ask("analyze", place, is_verbose=True),
    "issues": lambda place: ask("issues", place),
    "fixes": lambda place: ask("fixes", place, is_verbose=True),
    "context": context,
    "blame": lambda place: ask("blame", place, has_rnix=True),
    "profile": lambda place: ask("profile", place),
    "verify": lambda place: ask("verify", place, codes=OK_OR_LACKING, is_verbose=True),
    "compare": compare,
    "search": search,
    "stats": stats,
    "export": export,
    "sql": sql,
    "doctor": doctor,
    "prune": prune,
    "backup": backup,
    "env": env,
    "config": lambda place: iter(()) if place.is_brief else both("config"),
    "completion": lambda place: (Call(["completion", shell], "script") for shell in (() if place.is_brief else ("bash", "zsh", "fish"))),
    "import": import_,
    "run": run,
    "serve": lambda place: iter(()),  # routes.py asks it
}


def commands_of(help_text: str) -> list[str]:
    """The names that `strobe --help` lists."""
    return re.findall(r"^  ([a-z][a-z-]+)  +\S", help_text.split("Options of every command")[0], re.MULTILINE)


def changes(place: Place) -> Iterator[Call]:
    """What changes the store, and is run when everything else has been."""
    yield Call(["doctor", "--renormalise", "--all"])
    yield Call(["doctor"])
    yield Call(["prune", "--keep-sessions", "0", "--older-than", "1d"])
    yield Call(["doctor"])

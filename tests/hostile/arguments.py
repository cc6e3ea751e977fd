"""Hostile things on the command line, in names of files, in the environment and in the configuration: what messages repeat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from case import Case, Expect
from catalogue import CATALOGUE, Call, Place
from delivery import Server
from shapes import cycles
from texts import INVALID, SPITE
from wire import to_json

if TYPE_CHECKING:
    from checks import Checks

ANY_FAILURE = frozenset({1, 2, 3})
ANY = frozenset({0, 1, 2, 3})
CASE = Case("arguments", cycles, Expect())


def said() -> list[bytes]:
    """Without NUL and slash, which no argument and no file name can hold."""
    return [text.encode() if isinstance(text, str) else text for text in (*SPITE, *INVALID) if text not in ("\x00",)]


def calls(spite: bytes, folder: Path) -> list[Call]:
    word = spite + b"hostile" + spite
    file = bytes(folder) + b"/" + word
    with open(file, "wb") as out:
        out.write(b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"name": 5}]}]}]}')
    with open(file + b".lines", "wb") as out:
        out.write(b'{"resourceSpans": []}\n{"' + spite.replace(b"\n", b"") + b'": }\n')
    names = [b"--" + word, b"-" + word, word]
    found = [Call([name, word], codes=ANY_FAILURE) for name in (b"show", b"export", b"doctor", b"help", b"completion", b"config")]
    found += [Call([word], codes=ANY_FAILURE), Call([b"sessions", b"--" + word], codes=ANY_FAILURE),
              Call([b"sessions", b"--since", word], codes=ANY_FAILURE), Call([b"sessions", b"--agent", word], codes=ANY),
              Call([b"sessions", b"--limit", word], codes=ANY_FAILURE), Call([b"show", b"--view", word], codes=ANY_FAILURE),
              Call([b"show", b"--steps", word], codes=ANY_FAILURE), Call([b"stats", b"--by", word], codes=ANY_FAILURE),
              Call([b"search", word], codes=ANY), Call([b"sql", word], codes=ANY_FAILURE), Call([b"sql", b"SELECT '" + word + b"' AS a"], codes=ANY),
              Call([b"sql", b'SELECT 1 AS "' + word + b'"'], codes=ANY),
              Call([b"import", word], codes=ANY_FAILURE), Call([b"import", file], codes=ANY_FAILURE), Call([b"import", file + b".lines"], codes=ANY),
              Call([b"backup", file], codes=ANY_FAILURE), Call([b"prune", b"--older-than", word], codes=ANY_FAILURE),
              Call([b"prune", b"--max-size", word], codes=ANY_FAILURE), Call([b"env", b"--for", word], codes=ANY_FAILURE),
              Call([b"run", b"--", word], codes=frozenset({*ANY_FAILURE, 126, 127})), Call([b"serve", b"--listen", word], codes=ANY_FAILURE),
              Call([b"serve", b"--listen", b"127.0.0.1:0", b"--grpc", word], codes=ANY_FAILURE),
              Call([b"export", b"last", b"--out", bytes(folder) + b"/no/" + word], codes=ANY_FAILURE),
              Call([b"--store", bytes(folder) + b"/no/" + word, b"sessions"], codes=ANY_FAILURE),
              Call([b"--store", file, b"sessions"], codes=ANY_FAILURE), Call([b"--store", bytes(folder), b"sessions"], codes=ANY_FAILURE),
              Call([b"--store", file, b"import", file], codes=ANY_FAILURE), *(Call([b"sessions", n], codes=ANY_FAILURE) for n in names[:2])]  # fmt: skip
    return found


def configured(spite: bytes, folder: Path) -> list[Call]:
    text = spite.decode("utf-8", "surrogateescape")
    file = folder / "hostile.toml"
    file.write_bytes(b'listen = "' + spite + b'"\n' + spite + b" = 1\n")
    return [Call(["config"], codes=ANY, environment={"STROBE_CONFIG": str(file)}),
            Call(["config"], codes=ANY, environment={"STROBE_CONFIG": str(folder / "no") + text}),
            Call(["config"], codes=ANY, environment={"STROBE_LISTEN": text, "STROBE_STORE": text}),
            Call(["config", "--json"], "json", codes=ANY, environment={"STROBE_STORE": text}),
            Call(["env"], codes=ANY, environment={"OTEL_RESOURCE_ATTRIBUTES": f"a={text}", "OTEL_EXPORTER_OTLP_HEADERS": f"a={text}"}),
            Call(["env", "--json"], "json", codes=ANY, environment={"OTEL_RESOURCE_ATTRIBUTES": f"a={text}"}),
            Call(["sessions"], codes=ANY, environment={"STROBE_COLOR": text}),
            Call(["sessions"], codes=ANY, environment={"COLUMNS": text})]  # fmt: skip


def check_arguments(checks: Checks, folder: Path) -> None:
    work = folder / "arguments"
    work.mkdir()
    store = work / "store.db"
    (work / "in.json").write_bytes(to_json(cycles())["traces"])
    checks.call("arguments", store, Call(["import", str(work / "in.json")]), CASE)
    for number, spite in enumerate(said()[::4] if checks.is_quick else said()):
        scratch = work / str(number)
        scratch.mkdir()
        for call in calls(spite, scratch) + configured(spite, scratch):
            checks.call("arguments", store, call, CASE)
    # A store whose own name is hostile: every command that names it.
    for number, spite in enumerate((b"\x1b[2J\xe2\x80\xae", b"\xc2\x9b2J\n", b"\xff\xfe")):
        scratch = work / f"store{number}"
        scratch.mkdir()
        named = Path(bytes(scratch).decode() + "/" + spite.decode("utf-8", "surrogateescape") + "s.db")
        checks.call("arguments", named, Call(["import", str(work / "in.json")]), CASE)
        place = Place(str(named), scratch, ["last"], [], "hostile", str(work / "in.json"))
        for name, made in CATALOGUE.items():
            for call in made(place) if name not in ("show", "export", "stats") else ():
                checks.call(f"arguments: a store with a hostile name: {name}", named, call, CASE)
        with Server(checks.strobe, named, checks.variables) as server:
            status, _ = server.get("/api/health")
        checks.tally.complain("arguments: serve", [] if status == 200 else [f"/api/health: {status}"])

"""Runs one case: delivers it in every way, then runs every command and asks every route, and checks what they print."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import catalogue
import routes
from case import REFUSED, Case, Expect
from catalogue import Call, Place
from delivery import Answer, Body, Server
from measured import Measurer, Ran
from output import parse_json, unsafe_in_text, wrong_json

if TYPE_CHECKING:
    from run import Tally

# What a sanitized program may need more.
SLOW_FACTOR = 10
# Waiting is allowed so much more than user time: the machine has other work.
PATIENCE = 6


class Checks:
    def __init__(self, strobe: str, measurer: Measurer, variables: dict[str, str], tally: Tally, *, is_slow: bool, is_quick: bool) -> None:
        self.strobe = strobe
        self.variables = variables
        self.tally = tally
        self._measurer = measurer
        self._factor = SLOW_FACTOR if is_slow else 1
        self._is_slow = is_slow
        self.is_quick = is_quick
        self.user_seconds: dict[str, float] = {}  # of each command of the last case, for growth.py

    # Commands

    def call(self, where: str, store: Path, call: Call, case: Case, stdin: str = "/dev/null") -> Ran:
        command = [self.strobe, "--store", str(store), *call.arguments]
        patience = max(case.limits.seconds * self._factor * PATIENCE, case.limits.wait_seconds_min)
        ran = self._measurer.run(command, patience, {**self.variables, **call.environment}, stdin)
        self.tally.commands += 1
        self.tally.complain(f"{where}: {self.name_of(call)}", list(self._wrong(ran, call, case)))
        return ran

    @staticmethod
    def name_of(call: Call) -> str:
        return " ".join(ascii(word)[1:-1][:80] for word in call.arguments)

    def _wrong(self, ran: Ran, call: Call, case: Case) -> Iterator[str]:
        if ran.timed_out:
            yield f"was still running after {ran.seconds:.0f} s"
            return
        if ran.code < 0:
            yield f"ended by signal {-ran.code}: {ran.errors[-300:]!r}"
        elif ran.code not in call.codes:
            yield f"exit code {ran.code}: {ran.errors[-1500:].decode(errors='replace')}"
        if ran.user_seconds > case.limits.seconds * self._factor:
            yield f"took {ran.user_seconds:.1f} s of user time"
        if ran.memory_mib > case.limits.memory_mib and not self._is_slow:
            yield f"held {ran.memory_mib:.0f} MiB"
        yield from unsafe_in_text(ran.errors, is_colored=call.is_colored)
        if call.form == "json":
            if ran.output or ran.code == 0:
                yield from wrong_json(ran.output)
        elif call.form != "bytes":
            yield from unsafe_in_text(ran.output, is_colored=call.is_colored, may_have_tabs=call.form == "script")

    # One case

    def run(self, whole: Case, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        stores = []
        for is_json in (False, True):
            case = whole.of(is_json=is_json)
            bodies = case.bodies(is_json=is_json)
            if not bodies:
                continue
            encoding = "json" if is_json else "protobuf"
            if not any(body.coding for body in bodies):
                self._import(case, bodies, folder / f"import-{encoding}.db")
            ways = [("http", folder / f"http-{encoding}.db")]
            if not is_json:
                ways.append(("grpc", folder / "grpc.db"))
            for way, store in ways:
                self._serve(case, bodies, way, store)
            stores.append((case, ways[0][1]))
        # Both encodings where there is time, for what they can hold differs.
        for case, store in stores[:1] if self._is_brief(whole) or self._is_slow else stores:
            if store.exists():
                self._run_commands(case, store, folder)

    def _is_brief(self, case: Case) -> bool:
        """Whether a choice of commands on one encoding has to do."""
        return case.is_large or (self.is_quick and not case.is_full)

    def forget(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)

    # Delivery

    def _import(self, case: Case, bodies: list[Body], store: Path) -> None:
        where = f"{case.name}: import of {'JSON' if bodies[0].is_json else 'protobuf'}"
        for number, body in enumerate(bodies):
            file = store.with_suffix(f".{number}.in")
            file.write_bytes(body.content)
            is_refused = 200 not in case.expect.answers
            codes = frozenset({1}) if is_refused else frozenset({0}) if len(case.expect.answers) == 1 else frozenset({0, 1})
            ran = self.call(where, store, Call(["import", str(file)], codes=codes), case)
            self.tally.deliveries += 1
            if is_refused and case.expect.why.encode() not in ran.errors:
                self.tally.complain(where, [f"the reason is not told: {ran.errors[:300]!r}"])
        self._check_store(case, where, store)

    def _serve(self, case: Case, bodies: list[Body], way: str, store: Path) -> None:
        where = f"{case.name}: {way} with {'JSON' if bodies[0].is_json else 'protobuf'}"
        with Server(self.strobe, store, self.variables) as server:
            for body in bodies:
                answer = server.send_grpc(body) if way == "grpc" else server.send_http(body)
                self.tally.deliveries += 1
                self.tally.complain(where, list(wrong_answer(answer, body, case.expect)))
            memory = server.memory_mib()
            if memory > case.limits.server_memory_mib and not self._is_slow:
                self.tally.complain(where, [f"the server held {memory:.0f} MiB"])
            if way == "http":
                sessions_max = 2 if self.is_quick else 6
                for target, wrong, _ in routes.ask_all(server, case.word, sessions_max, case.limits.seconds * self._factor):
                    self.tally.questions += 1
                    self.tally.complain(f"{where}: {target[:200]}", wrong)
        if server.code != 0:
            self.tally.complain(where, [f"the server ended with {server.code}: {server.log[-1500:].decode(errors='replace')}"])
        self.tally.complain(f"{where}: what the server said", unsafe_in_text(server.log))
        refusals = len(bodies) if case.expect.answers == REFUSED and not any(body.coding for body in bodies) else 0
        self._check_store(case, where, store, refusals)

    def _check_store(self, case: Case, where: str, store: Path, refusals: int = 0) -> None:
        """What `doctor` counts is what is expected."""
        if not store.exists():
            if case.expect.spans or case.expect.counts:
                self.tally.complain(where, ["there is no store"])
            return
        ran = self.call(where, store, Call(["doctor", "--quick", "--json"], "json"), case)
        if ran.code != 0:
            return
        told = json.loads(ran.output)
        rows = {table["name"]: table["rows"] for table in told["tables"]}
        counts = {count["name"]: count["count"] for count in told["counts"]}
        expected = {"spans": case.expect.spans, "log records": case.expect.logs, "metric points": case.expect.points}
        wrong = [f"{rows.get(name)} {name} are stored instead of {number}" for name, number in expected.items()
                 if number is not None and rows.get(name, 0) != number]  # fmt: skip
        wrong += [f"doctor counts {counts.get(name, 0)} {name} instead of {number}" for name, number in case.expect.counts.items()
                  if counts.get(name, 0) != number]  # fmt: skip
        counted = sum(number for name, number in counts.items() if name.startswith("requests.refused"))
        wrong += [f"doctor counts {counted} refused requests instead of {refusals}"] if counted < refusals else []
        wrong += [f"doctor has no words for {count['name']}" for count in told["counts"] if not count["meaning"]]
        self.tally.complain(where, wrong)

    # Questions

    def _run_commands(self, case: Case, store: Path, folder: Path) -> None:
        where = f"{case.name}: {store.stem}"
        ran = self.call(where, store, Call(["sessions", "--json", "--limit", "0"], "json"), case)
        sessions = json.loads(ran.output) if ran.code == 0 and ran.output else []
        self._check_sessions(case, where, store, sessions)
        ids = [session["id"] for session in sessions]
        some = ids[:1] if self.is_quick else ids[:3] + ids[3:][-1:]
        file = next(iter(sorted(folder.glob("*.in"))), store)
        place = Place(str(store), folder, some, [], case.word, str(file), [list(extra) for extra in case.filters],
                      is_brief=self._is_brief(case))
        self.user_seconds.clear()
        is_refused = 200 not in case.expect.answers  # nothing to show then: three commands say so
        for name, calls in catalogue.CATALOGUE.items():
            for call in calls(place) if not is_refused or name in ("sessions", "show", "doctor") else ():
                if name == "import":
                    call = Call(call.arguments, codes=frozenset({0, 1}))
                ran = self.call(where, store, call, case)
                self.user_seconds[self.name_of(call)] = ran.user_seconds
        for call in catalogue.changes(place) if not is_refused else ():
            self.call(where, store, call, case)

    def _check_sessions(self, case: Case, where: str, store: Path, sessions: list[dict]) -> None:
        ids = [session["id"] for session in sessions]
        sums: dict[str, int] = {}
        for session in ids if case.expect.health else []:
            ran = self.call(where, store, Call(["doctor", session, "--json"], "json", catalogue.OK_OR_LACKING), case)
            for name, number in parse_json(ran.output).items():  # type: ignore[attr-defined]
                if isinstance(number, int) and not isinstance(number, bool):
                    sums[name] = sums.get(name, 0) + number
        self.tally.complain(where, [f"doctor ID counts {sums.get(name)} {name} instead of {number}"
                                    for name, number in case.expect.health.items() if sums.get(name) != number])  # fmt: skip
        for view, texts in case.expect.shown.items():
            shown = b"".join(self.call(where, store, Call(["show", session, "--view", view, "--limit", "0"]), case).output
                             for session in itertools.islice(ids, 8))  # fmt: skip
            self.tally.complain(where, [f"--view {view} does not show {text!r}" for text in texts if text.encode() not in shown])


def wrong_answer(answer: Answer, body: Body, expect: Expect) -> Iterator[str]:
    """What a sender was told, against what it should have been."""
    if answer.status and answer.status not in expect.answers:
        yield f"status {answer.status} instead of {set(expect.answers)}: {answer.text[:200]!r}"
    if not answer.status and answer.taken != (200 in expect.answers) and len(expect.answers) == 1:
        yield f"{'taken' if answer.taken else 'refused'}: {answer.text[:200]!r}"
    if not answer.taken and answer.status and expect.why.encode() not in answer.text:
        yield f"the reason is not told: {answer.text[:300]!r}"
    if body.is_json and answer.status:
        yield from wrong_json(answer.text)
    if answer.taken and expect.rejected and body.signal == "traces" and expect.why.encode() not in answer.text:
        yield f"nothing is said of what was rejected: {answer.text[:300]!r}"
    if answer.taken and expect.rejected and body.is_json and answer.status:
        told = int(json.loads(answer.text).get("partialSuccess", {}).get("rejectedSpans", 0))
        if told != expect.rejected:
            yield f"{told} spans are said to be rejected instead of {expect.rejected}"

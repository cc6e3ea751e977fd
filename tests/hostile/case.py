"""What a case is: an input, and what is expected of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from delivery import Body
from wire import Request, to_json, to_protobuf

TAKEN = frozenset({200})
REFUSED = frozenset({400})
TOO_LARGE = frozenset({413})
EITHER = frozenset({200, 400})


@dataclass(frozen=True)
class Expect:
    """None: does not matter."""

    answers: frozenset[int] = TAKEN  # statuses of HTTP; gRPC and `import` go with them
    why: str = ""  # stands in the message of a refusal, or of what was rejected in part
    rejected: int = 0  # of the spans, told to the sender
    spans: int | None = None  # rows in the store, in all
    logs: int | None = None
    points: int | None = None
    counts: dict[str, int] = field(default_factory=dict)  # by name, in `doctor --json`
    health: dict[str, int] = field(default_factory=dict)  # by name, in `doctor ID --json`, over all sessions
    shown: dict[str, list[str]] = field(default_factory=dict)  # view of `show` -> texts that stand in it


@dataclass(frozen=True)
class Limits:
    """For one command or question. User time on an idle core; a sanitizer's program gets ten times that."""

    seconds: float = 10
    wait_seconds_min: float = 60  # before it is given up: the machine may have other work
    memory_mib: float = 600
    server_memory_mib: float = 800


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], Request | list[Body]]
    expect: Expect = Expect()
    limits: Limits = Limits()
    in_json: Expect | None = None  # where JSON is taken otherwise
    word: str = "hostile"  # that is searched for
    is_large: bool = False  # not in --quick
    is_essential: bool = False  # also in --quick of a slow (sanitized) program
    is_full: bool = False  # every command and both encodings in --quick, too
    filters: tuple[tuple[str, ...], ...] = ()  # more arguments for the lists

    def of(self, *, is_json: bool) -> Case:
        """The same, as it is for one encoding."""
        return replace(self, expect=self.in_json) if is_json and self.in_json is not None else self

    def bodies(self, *, is_json: bool) -> list[Body]:
        made = self.make()
        if isinstance(made, list):
            return [body for body in made if body.is_json == is_json]
        contents = to_json(made) if is_json else to_protobuf(made)
        return [Body(signal, content, is_json) for signal, content in contents.items()]

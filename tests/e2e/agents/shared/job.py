"""What every agent of these tests is told to do, and the options all of them understand."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

MODEL = "gpt-5-mini"
STEPS_MAX = 12

SYSTEM = """You are a careful programmer working in a small Python project.
Look before you change anything, keep changes small, and run the tests when you are done.
Paths are relative to the project. Say in a sentence what you are about to do, then do it."""

TASK = "Since the bulk discount was added, one of the tests fails. Find out why and mend it."

# The second agent, where an SDK has such a thing.
REVIEWER_SYSTEM = "You review a change of a small Python project. Read what was changed and say whether it is right."
REVIEWER_ABOUT = "Reviews a change that was made to the project."


def option_parser(about: str | None, *, api: str = "", reviewers: tuple[str, ...] = ()) -> argparse.ArgumentParser:
    """--workspace and --stream; --api with that default and --reviewer with these, where the agent has a choice."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--stream", action="store_true")
    if api:
        parser.add_argument("--api", choices=["chat", "responses"], default=api)
    if reviewers:
        parser.add_argument("--reviewer", choices=["none", *reviewers], default="none")
    return parser


def session_id(default: str) -> str:
    """The name of the conversation, for SDKs that have a place for it."""
    return os.environ.get("AGENT_SESSION_ID", default)


def finish(
    run: Callable[[], object], failures: tuple[type[Exception], ...], *at_the_end: Callable[[], object]
) -> int:
    """Prints what the run says in the end and gives the exit code, 1 when it failed in one of these ways.

    Whatever becomes of it, what is to be done at the end is done: providers send what is left when they are shut down.
    """
    try:
        print(run())
        return 0
    except failures as problem:
        print(f"agent failed: {problem}", file=sys.stderr)
        return 1
    finally:
        for step in at_the_end:
            step()

"""What every agent of these tests is told to do, and the options all of them understand."""

from __future__ import annotations

import argparse
import os
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


def option_parser(about: str | None) -> argparse.ArgumentParser:
    """--workspace and --stream; an agent adds what else it knows."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--stream", action="store_true")
    return parser


def session_id(default: str) -> str:
    """The name of the conversation, for SDKs that have a place for it."""
    return os.environ.get("AGENT_SESSION_ID", default)

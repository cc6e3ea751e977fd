"""Ids and times the stand-in puts into its answers. They depend on the call alone, so that two runs answer alike."""

from __future__ import annotations

import hashlib

# An arbitrary fixed second. A clock here would make every run's answers differ for no gain.
CREATED_UNIX_S = 1_760_000_000


def make_id(prefix: str, *seed: object) -> str:
    """`prefix` and 24 hex digits derived from `seed`."""
    text = "\x1f".join(str(part) for part in seed)
    return prefix + hashlib.sha256(text.encode()).hexdigest()[:24]


def pieces(text: str, size: int) -> list[str]:
    """Cuts `text` into streamed fragments of at most `size` characters; no fragment for no text."""
    return [text[i : i + size] for i in range(0, len(text), size)]

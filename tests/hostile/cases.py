"""The corpus: one list, by topic."""

from __future__ import annotations

import bombs
import documents
import large
import numbers_
import shapes
import texts
import values
from case import Case


def all_cases() -> list[Case]:
    every = [*shapes.CASES, *texts.CASES, *values.CASES, *numbers_.CASES, *documents.CASES, *bombs.CASES, *large.CASES]
    names = [case.name for case in every]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two cases are called {twice}")
    return every

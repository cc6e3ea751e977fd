"""All suites, and the three environments that are quick enough for every `make test`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from environments import AGENTS
from scenario import Scenario, Suite

# One of each kind: an SDK with spans of its own shape, flattened attributes, and messages as log records.
QUICK = ("vercel-v6", "openinference", "openai-contrib")


def _load(path: Path) -> tuple[Suite, ...]:
    spec = importlib.util.spec_from_file_location(f"suite_{path.parent.name.replace('-', '_')}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot read {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(module.SUITES)


def all_suites() -> list[Suite]:
    """Every suite below agents/, by the name of its folder."""
    return [suite for path in sorted(AGENTS.glob("*/suite.py")) for suite in _load(path)]


def all_scenarios(*, quick: bool = False) -> list[Scenario]:
    """Every scenario, or those of the quick environments."""
    return [
        scenario
        for suite in all_suites()
        for scenario in suite.scenarios
        if not quick or suite.environment in QUICK
    ]

"""A strict reader of the Prometheus text format 0.0.4: what scrapers forgive is an error here."""

from __future__ import annotations

import re

_SAMPLE = re.compile(r'([a-z_:][a-z0-9_:]*)(?:\{((?:[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (-?[0-9.e+-]+|NaN)')
_LABEL = re.compile(r'([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')


def parse(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Name -> labels -> value. ValueError with the line that is wrong."""
    if not text.endswith("\n"):
        raise ValueError("the last line does not end")
    families: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    kinds: dict[str, str] = {}
    current = helped = ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, helped, explanation = line.split(" ", 3)
            if helped in families or not explanation.strip():
                raise ValueError(f"{line}: a second HELP, or an empty one")
        elif line.startswith("# TYPE "):
            _, _, current, kind = line.split(" ")
            if current != helped or current in families or kind not in ("counter", "gauge"):
                raise ValueError(f"{line}: TYPE follows its HELP, once")
            if (kind == "counter") != current.endswith("_total"):
                raise ValueError(f"{line}: counters, and only they, end in _total")
            kinds[current] = kind
            families[current] = {}
        else:
            found = _SAMPLE.fullmatch(line)
            if found is None or found.group(1) != current:
                raise ValueError(f"{line}: no sample of {current}")
            labels = tuple(_LABEL.findall(found.group(2) or ""))
            if labels in families[current]:
                raise ValueError(f"{line}: twice")
            value = float(found.group(3))
            if kinds[current] == "counter" and value < 0:
                raise ValueError(f"{line}: a counter below zero")
            families[current][labels] = value
    return families

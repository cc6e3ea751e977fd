"""The catalogue's conditions on names of providers and models, as JSON."""

import re
import sys

WORDS = ("starts_with", "ends_with", "contains", "equals")
# A look-ahead at the very beginning, the only kind in use: RE2, which never backtracks, has none.
NOT_AT_START = re.compile(r"\^\(\?!((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)(.*)", re.DOTALL)


def encode(clause):
    for word in WORDS:
        if hasattr(clause, word):
            return {word: getattr(clause, word).lower()}
    if hasattr(clause, "or_"):
        return {"or": [encode(part) for part in clause.or_]}
    if hasattr(clause, "and_"):
        return {"and": [encode(part) for part in clause.and_]}
    if hasattr(clause, "regex"):
        return encode_regex(clause.regex)
    sys.exit(f"prices: the catalogue has a new kind of condition on names: {clause}")


def encode_regex(pattern):
    ahead = NOT_AT_START.fullmatch(pattern)
    if ahead is None:
        check(pattern)
        return {"regex": pattern}
    unwanted, rest = "^(?:" + ahead.group(1) + ")", ahead.group(2)
    check(unwanted)
    refused = {"not": {"regex": unwanted}}
    if not rest:
        return refused
    check("^" + rest)
    return {"and": [refused, {"regex": "^" + rest}]}


def check(pattern):
    """RE2 refuses these; the program would refuse the whole list."""
    if re.search(r"\(\?[=!<>]|\\[1-9]", pattern):
        sys.exit(f"prices: the pattern {pattern} needs backtracking: see scripts/price_list/clauses.py")

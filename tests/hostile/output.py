"""What a terminal would obey, and what is no JSON: looked for in raw output."""

from __future__ import annotations

import json
import re

# C0 but the newline, DEL, C1, what changes the direction of text or has no width, line separators, tags, marks.
UNSAFE = re.compile(
    rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf"
    rb"|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80\x81]")
# The colours that we print ourselves. What traces hold uses other ones.
OUR_COLORS = re.compile(rb"\x1b\[(?:0|1|2|3[1236])m")


def unsafe_in_text(output: bytes, *, is_colored: bool = False, may_have_tabs: bool = False) -> list[str]:
    """One complaint for each kind of byte that a terminal would obey, with what stands around the first."""
    if is_colored:
        output = OUR_COLORS.sub(b"", output)
    if may_have_tabs:
        output = output.replace(b"\t", b" ")
    found: dict[bytes, int] = {}
    for match in UNSAFE.finditer(output):
        found.setdefault(match.group(), match.start())
    complaints = [f"raw {kind!r} in {output[max(0, at - 40):at + 20]!r}" for kind, at in found.items()]
    return complaints + not_utf8(output)


def not_utf8(output: bytes) -> list[str]:
    try:
        output.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"no UTF-8: {output[max(0, error.start - 40):error.start + 20]!r}"]
    return []


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _refuse_twice(members: list[tuple[str, object]]) -> dict[str, object]:
    names = dict(members)
    if len(names) != len(members):
        raise ValueError(f"a key stands twice among {[name for name, _ in members][:20]}")
    return names


def parse_json(output: bytes) -> object:
    """Strictly: no NaN, no key twice. Raises ValueError."""
    return json.loads(output.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_refuse_twice)


def wrong_json(output: bytes) -> list[str]:
    """Escaped or not, JSON is one line of ASCII controls free text; raw ones would be no JSON at all."""
    try:
        parse_json(output)
    except (ValueError, RecursionError) as error:
        return [f"no JSON: {str(error)[:200]}"]
    return []

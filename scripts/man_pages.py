#!/usr/bin/env python3
"""Makes manual pages of what the program says about itself: strobe.1 and a strobe-COMMAND.1 for each command.

    scripts/man_pages.py STROBE FOLDER

The help of a command is Markdown of a simple kind: paragraphs, lists, blocks indented by four spaces. A block whose lines
begin with a dash is a list of options; the first block of all is the synopsis; other blocks are kept line by line.
"""

import re
import subprocess
import sys
from pathlib import Path

# Words of commands are not torn apart, and long ones leave the line short.
RAGGED = (".ad l", ".nh")
OPTION = re.compile(r"(-\S.*?)(?: {2,}(.*))?$")


SPECIAL = {"\\": r"\e", "-": r"\-", "'": r"\(aq", '"': r"\(dq", "^": r"\(ha", "~": r"\(ti"}


def escape(text):
    """Text as roff takes it, wherever in a line it stands; it knows ASCII only."""
    return "".join(SPECIAL.get(letter) or (letter if letter.isascii() else rf"\[u{ord(letter):04X}]") for letter in text)


def line_of(text):
    """A whole line of text: nothing at its beginning is a request."""
    escaped = escape(text)
    return r"\&" + escaped if escaped.startswith((".", r"\(aq")) else escaped


def prose(text):
    """Escaped, with `code` and **strong** words in bold. A line may end behind a comma in a long word."""
    text = re.sub(r",(?=[^\s,])", ",\0", text)
    pieces = re.split(r"(`[^`]*`|\*\*[^*]+\*\*)", text)
    bold = [rf"\fB{escape(piece.strip('`*'))}\fP" if piece[:1] in "`*" and len(piece) > 2 else escape(piece) for piece in pieces]
    answer = "".join(bold).replace("\0", r"\:")
    return r"\&" + answer if answer.startswith((".", r"\(aq")) else answer


def blocks(text):
    """Yields ("code", lines), ("list", lines) or ("text", lines), as blank lines and indentation divide them."""
    current, kind = [], None
    for line in [*text.splitlines(), ""]:
        here = "code" if line.startswith("    ") else "list" if line.startswith("- ") or (kind == "list" and line.startswith("  ")) \
            else "text" if line.strip() else None
        if here == kind and here:
            current.append(line)
            continue
        if current:
            yield kind, current
        current, kind = ([line] if here else []), here


def synopsis(lines):
    answer = []
    for line in lines:
        answer += [".nf" if not answer else "", line_of(line.strip())]
    return [line for line in answer if line] + [".fi"]


def options(lines):
    answer = []
    for line in lines:
        begins = OPTION.match(line[4:])
        if begins:
            answer += [".TP", f".B {escape(begins[1])}", prose(begins[2] or "")]
        else:
            answer.append(prose(line.strip()))
    return [line for line in answer if line]


def kept(lines):
    return [".PP", ".RS 4", ".nf", *(line_of(line[4:]) for line in lines), ".fi", ".RE"]


def items(lines):
    answer = []
    for line in lines:
        answer += [r".IP \(bu 2", prose(line[2:])] if line.startswith("- ") else [prose(line.strip())]
    return answer


def body(text):
    """Everything behind the help's first line."""
    answer, has_synopsis, in_options = [], False, False
    for kind, lines in blocks(text):
        if kind == "code" and not has_synopsis:
            answer += [".SH SYNOPSIS", *synopsis(lines), ".SH DESCRIPTION"]
            has_synopsis = True
        elif kind == "code" and lines[0].strip().startswith("-"):
            answer += [*options(lines)]
            in_options = True
        else:
            lead = [".PP"] if kind == "text" and (in_options or answer[-1:] not in ([".SH DESCRIPTION"],)) else []
            answer += {"code": kept, "list": items, "text": lambda ls: lead + [prose(line) for line in ls]}[kind](lines)
            in_options = False
    return answer


def page(name, summary, version, text, see_also):
    # mandoc wants a date; an empty one keeps builds alike whenever they are made.
    head = [f'.TH {escape(name.upper())} 1 "" "strobe {version}" "Strobe manual"', *RAGGED, ".SH NAME",
            rf"{escape(name)} \- {escape(summary)}"]
    tail = [".SH SEE ALSO", ",\n".join(rf".BR {escape(other)} (1)" for other in see_also).replace(",\n", " ,\n")]
    return "\n".join([*head, *body(text), *tail]) + "\n"


def ask(strobe, *arguments):
    return subprocess.run([strobe, *arguments], check=True, capture_output=True, text=True, encoding="utf-8").stdout


def overview_page(overview, version, names):
    """The overview has tables of two columns, which become lists of terms."""
    title, usage, *rest = overview.strip().split("\n\n")
    lines = [".SH SYNOPSIS", line_of(usage.removeprefix("usage: "))]
    headings = {0: ".SH COMMANDS"}
    for at, part in enumerate(rest):
        if not part.startswith("  "):
            lines += [".SH OPTIONS"] if part.startswith("Options") else [".SH NOTES", prose(part)]
            continue
        lines += [headings[at]] if at in headings else []
        for row in part.splitlines():
            term, _, meaning = row.strip().partition("  ")
            lines += [".TP", f".B {escape(term)}", prose(meaning.strip())]
    head = [f'.TH STROBE 1 "" "strobe {version}" "Strobe manual"', *RAGGED, ".SH NAME", rf"strobe \- {escape(title.split(': ', 1)[1])}"]
    tail = [".SH SEE ALSO", " ,\n".join(rf".BR strobe\-{escape(name)} (1)" for name in names)]
    return "\n".join(head + lines + tail) + "\n"


def main():
    strobe, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    version = ask(strobe, "--version").split()[1]
    overview = ask(strobe, "--help")
    names = re.findall(r"^  ([a-z][a-z_-]*) {2,}", overview, re.MULTILINE)
    written = {"strobe.1": overview_page(overview, version, names)}
    for name in names:
        title, _, text = ask(strobe, "help", name).partition("\n")
        written[f"strobe-{name}.1"] = page(f"strobe-{name}", title.split(": ", 1)[1], version, text, ["strobe"])
    for stale in set(folder.glob("strobe*.1")) - {folder / name for name in written}:
        stale.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""What is written for people: folders, links, the change log, help."""

import re

from tree import Problem

README_LINES_MAX = 40
CHANGELOG_HEADINGS = ("For users", "Reliability and speed", "Inside")
LINK = re.compile(r"(?<!\\)\[[^\]\[]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
CODE_BLOCK = re.compile(r"^(```|~~~).*?^\1\s*$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def room_readmes(tree):
    """Every room that has sources has a README.md of at most 40 lines."""
    rooms = {tree.room_of(path.removeprefix("src/")) for path, _ in tree.matching("src/", (".h", ".cc"))}
    for room in sorted(rooms):
        readme = tree.text(f"src/{room}/README.md")
        if readme is None:
            yield Problem("room_readmes", f"src/{room}", "has no README.md")
        elif readme.count("\n") > README_LINES_MAX:
            yield Problem("room_readmes", f"src/{room}/README.md",
                          f"{readme.count(chr(10))} lines, at most {README_LINES_MAX}")


def anchors(text):
    """The names under which a page's headings can be linked to, as code hosts make them."""
    answer = set()
    for heading in re.findall(r"^#{1,6}\s+(.*?)\s*#*$", re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE),
                              re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        answer.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return answer


def resolve(path, target):
    """A relative link's path, from the root of the tree; None when it leads out of it."""
    parts = [] if target.startswith("/") else path.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def doc_links(tree):
    """Every relative link of every page leads to a file or folder, and to a heading if it names one."""
    for path, text in tree.matching("", (".md",)):
        plain = CODE_BLOCK.sub("", text)
        for target in LINK.findall(plain) + REFERENCE.findall(plain):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            file, _, anchor = target.partition("#")
            other = resolve(path, file) if file else path
            if other is None or not tree.exists(other):
                yield Problem("doc_links", path, f"the link to {target} leads nowhere")
            elif anchor and other.endswith(".md") and anchor not in anchors(tree.text(other) or ""):
                yield Problem("doc_links", path, f"the link to {target}: {other} has no such heading")


def changelog(tree):
    """CHANGELOG.md has a section Unreleased with its three headings."""
    text = tree.text("CHANGELOG.md")
    if text is None:
        yield Problem("changelog", "CHANGELOG.md", "is missing")
        return
    section = re.search(r"^## \[?Unreleased\]?\s*$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    if not section:
        yield Problem("changelog", "CHANGELOG.md", "has no section Unreleased")
        return
    for heading in CHANGELOG_HEADINGS:
        if not re.search(rf"^### {heading}\s*$", section.group(1), re.MULTILINE):
            yield Problem("changelog", "CHANGELOG.md", f"the section Unreleased has no heading \"{heading}\"")


def command_help(tree):
    """Every command's source has its help, in Markdown, beside it, and the reference links to it; and no help is left
    without a command."""
    folder = "src/cli/commands/"
    reference = "docs/reference/commands.md"
    links = {resolve(reference, target) for target in LINK.findall(CODE_BLOCK.sub("", tree.text(reference) or ""))}
    here = [path for path in tree.paths if path.startswith(folder)]
    sources = {path[:-3] for path in here if path.endswith(".cc") and not path.endswith("_test.cc")}
    helps = {path[:-3] for path in here if path.endswith(".md") and not path.endswith("README.md")}
    for stem in sorted(sources - helps):
        yield Problem("command_help", f"{stem}.cc", "has no help beside it")
    for stem in sorted(helps - sources):
        yield Problem("command_help", f"{stem}.md", "is the help of no command")
    for stem in sorted(sources & helps):
        if f"{stem}.md" not in links:
            yield Problem("command_help", f"{stem}.md", f"{reference} has no link to it")

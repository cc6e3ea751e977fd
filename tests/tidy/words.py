"""What may not be written: calls, and names of machines."""

import re
from dataclasses import dataclass

from arrows import is_test
from sizes import without_noise
from tree import Problem


@dataclass(frozen=True)
class Ban:
    pattern: re.Pattern
    why: str
    except_in: tuple = ()  # prefixes of paths
    in_tests: bool = True


def ban(pattern, why, *except_in, in_tests=True):
    return Ban(re.compile(pattern, re.MULTILINE), why, except_in, in_tests)


# Looked for in C++ sources without comments and literals.
CALLS = (
    ban(r"\bstd::(basic_)?regex\b|#\s*include <regex>", "std::regex recurses on hostile text"),
    ban(r"(?<![\w.>:])(?:std::|::)?s?rand\s*\(", "randomness comes in as a parameter"),
    ban(r"(?<![\w.>])(strcpy|strcat|sprintf|vsprintf|gets|strtok)\s*\(", "no length, no call"),
    ban(r"(?<![\w.>:])(?:std::|::)?(system|popen)\s*\(\s*[^)\s]", "no shell: launch/ starts children"),
    ban(r"(?<=[\w)\]])\s*(\.|->)\s*detach\s*\(", "every thread has an owner that joins it"),
    ban(r"\busing\s+namespace\b(?!\s+[\w:]*literals\b)", "names say where they come from"),
    ban(r"\bstd::cout\b|(?<![\w.>:])(?:std::|::)?(printf|puts|putchar)\s*\(|\bstdout\b",
        "only cli/ and view/ print", "src/cli/", "src/view/"),
    ban(r"\b(?:std::filesystem|fs)::(exists|is_empty|remove|remove_all|create_director(y|ies)|file_size|canonical|absolute"
        r"|last_write_time|read_symlink|resize_file|status|symlink_status)\s*\(\s*[^(),;]*\)",
        "throws where a disk has trouble: give it an error_code", in_tests=False),
    ban(r"\bstd::(mutex|shared_mutex|recursive_mutex|condition_variable)\b",
        "base/mutex.h has one that clang can check", "src/base/mutex.h", in_tests=False),
)
TODO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\((?:soon|perf|security)\))")

# Written so that this file does not match itself.
REGISTRY = re.compile(
    r"\bregistry[.](npmjs|yarnpkg)\.\w+|\bpypi[.](org|python)|\bfiles\.python[h]osted\.|\b(deb|security)[.]debian\.org"
    r"|\bproxy[.]golang\.org|\bcrates\.io/api|\bregistry-[\w.-]+\.docker\.|\bindex-url\s*=\s*http", re.IGNORECASE)
# A made-up user's home is nobody's machine.
MACHINE_PATH = re.compile(r"(?<![\w.~/$}*-])/(?:work|root|home(?!/user/))(?=/[\w.])")
LOCK_HOST = re.compile(r'"resolved"\s*:\s*"https?://|^resolved\s+"?https?://', re.MULTILINE)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def banned_calls(tree):
    """Calls that src/ does without, and TODOs without a kind."""
    for path, text in tree.matching("src/", (".h", ".cc")):
        includes = "\n".join(re.findall(r"^#\s*include.*$", text, re.MULTILINE))
        plain = without_noise(path, text)
        for ban_ in CALLS:
            if path.startswith(ban_.except_in) or (is_test(path) and not ban_.in_tests):
                continue
            hit = ban_.pattern.search(plain)
            if hit:
                yield Problem("banned_calls", path, f"line {line_of(plain, hit.start())}: "
                              f"{hit.group(0).strip()}: {ban_.why}")
            elif ban_.pattern.search(includes):
                yield Problem("banned_calls", path, f"an include: {ban_.why}")
        todo = TODO.search(text)
        if todo:
            yield Problem("banned_calls", path, f"line {line_of(text, todo.start())}: a TODO says its kind: "
                          "TODO(soon), TODO(perf), TODO(security)")


def machine_names(tree):
    """No host of a package registry and no path of one machine stands in any file."""
    for path, text in tree.matching():
        for pattern, what in ((REGISTRY, "names a package registry"), (LOCK_HOST, "a lock file names a host"),
                              (MACHINE_PATH, "a path of one machine")):
            hit = pattern.search(text)
            if hit:
                start = text.rfind("\n", 0, hit.start()) + 1
                shown = text[max(start, hit.start() - 20):hit.end() + 30].split("\n")[0]
                yield Problem("machine_names", path, f"line {line_of(text, hit.start())}: {what}: {shown.strip()}")


def file_names(tree):
    """Files below src/ are snake_case, headers have #pragma once."""
    for path, text in tree.matching("src/"):
        name = path.rsplit("/", 1)[-1]
        if path.endswith((".h", ".cc")) and not re.fullmatch(r"[a-z0-9_]+\.(h|cc)", name):
            yield Problem("file_names", path, "is not snake_case")
        if path.endswith(".h") and "#pragma once" not in text:
            yield Problem("file_names", path, "has no #pragma once")

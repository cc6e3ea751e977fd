"""Who may include whom: our rooms, and the libraries of others."""

import re

from tree import Problem

CPP = (".h", ".cc")
OUR_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
ANY_INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)
ROOM_CALL = re.compile(r"strobe_room\(([^()]*)\)", re.DOTALL)
ROOM_WORDS = {"SOURCES", "USES", "LIBS", "TESTS", "TEST_USES", "TEST_LIBS"}
# The C library and the kernel; everything else with a dot or a slash in its name is a library of others.
SYSTEM_HEADER = re.compile(
    r"^(sys|netinet|arpa|net|linux|asm)/[\w/]+\.h$"
    r"|^(unistd|fcntl|signal|poll|dirent|netdb|pwd|grp|errno|spawn|termios|dlfcn|pthread|sched|time|stdlib|string|stdint"
    r"|stdio|limits|math|cpuid|\w+intrin|ifaddrs|malloc|execinfo|link|ucontext|libgen|langinfo|locale|wchar|uuid|cxxabi)\.h$")


def is_test(path):
    """Tests and what only tests include: span_test.cc, span_fuzz.cc, reference_test_util.h, test_support.cc."""
    return re.search(r"(^|_)(test|fuzz)(_|\.)", path.rsplit("/", 1)[-1]) is not None


def allowed(tree, room, other, extra=()):
    uses = tree.rooms["rooms"].get(room, [])
    return other in ("base", room) or "*" in uses or other in uses or other in extra


def declared(text):
    """What the strobe_room() call of a CMakeLists.txt says: word -> list of arguments."""
    call = ROOM_CALL.search(re.sub(r"#.*", "", text))
    answer = {word: [] for word in ROOM_WORDS}
    word = None
    for token in call.group(1).split()[1:] if call else []:
        if token in ROOM_WORDS:
            word = token
        elif word:
            answer[word].append(token)
    return answer


def actual_arrows(tree):
    """Yields (from, to, path, extra): each arrow that a source or a CMakeLists.txt draws. `extra` are the rooms that
    only the room's tests may use, when the path is a test."""
    test_uses = {}
    for path, text in tree.matching("src/", ["CMakeLists.txt"]):
        if path == "src/CMakeLists.txt":
            continue
        room = tree.room_of(path.removeprefix("src/"))
        words = declared(text)
        test_uses[room] = words["TEST_USES"]
        for other in words["USES"]:
            yield room, other, path, ()
    for path, text in tree.matching("src/", CPP):
        room = tree.room_of(path.removeprefix("src/"))
        for header in OUR_INCLUDE.findall(text):
            if "/" in header and (f"src/{header}" in tree.path_set or header.split("/")[0] in tree.rooms["rooms"]):
                yield room, tree.room_of(header), path, test_uses.get(room, ()) if is_test(path) else ()


def arrows(tree):
    """A room includes, and names in USES, only rooms that rooms.toml allows. Debts are listed there with a reason."""
    debts = tree.rooms.get("debts", {})
    paid = set(debts)
    for room, other, path, extra in actual_arrows(tree):
        if allowed(tree, room, other, extra):
            continue
        debt = f"{room} -> {other}"
        if debt in debts:
            paid.discard(debt)
        else:
            yield Problem("arrows", path, f"{room} may not use {other} (tests/tidy/rooms.toml)")
    for debt in sorted(paid):
        yield Problem("arrows", "tests/tidy/rooms.toml", f"the debt \"{debt}\" is paid: remove it")
    for debt, reason in debts.items():
        if len(reason.split()) < 3:
            yield Problem("arrows", "tests/tidy/rooms.toml", f"the debt \"{debt}\" has no reason")


def rooms_known(tree):
    """Every folder directly below src/ is a room of the table, and no arrow of the table leads nowhere."""
    table = tree.rooms["rooms"]
    for folder in sorted({p.split("/")[1] for p in tree.paths if p.startswith("src/") and p.count("/") > 1}):
        if folder not in table:
            yield Problem("rooms_known", f"src/{folder}", "is no room of tests/tidy/rooms.toml")
    for room, uses in table.items():
        for other in uses:
            if other != "*" and other not in table:
                yield Problem("rooms_known", "tests/tidy/rooms.toml", f"{room} uses {other}, which does not exist")


def architecture(tree):
    """The table in ARCHITECTURE.md says the same as rooms.toml."""
    text = tree.text("ARCHITECTURE.md") or ""
    drawn, parent = {}, ""
    for line in text.splitlines():
        entry = re.match(r"^    ( *)([a-z_]+)/ {2,}(.*)$", line)
        if not entry or entry.group(2) in ("src", "web", "tests", "bench", "docs", "examples", "include"):
            continue
        columns = re.split(r" {2,}", entry.group(3).strip())
        name = f"{parent}/{entry.group(2)}" if entry.group(1) else entry.group(2)
        parent = parent if entry.group(1) else name
        drawn[name] = set(columns[-1].split()) - {"-", "base"}
    for room, uses in tree.rooms["rooms"].items():
        expected = {"all"} if "*" in uses else set(uses)
        if drawn.get(room) != expected:
            yield Problem("architecture", "ARCHITECTURE.md", f"room {room}: the table says {sorted(drawn.get(room) or [])}, "
                          f"tests/tidy/rooms.toml says {sorted(expected)}")
    for room in sorted(set(drawn) - set(tree.rooms["rooms"])):
        yield Problem("architecture", "ARCHITECTURE.md", f"room {room} is not in tests/tidy/rooms.toml")


def third_party(tree):
    """The headers of a library are included in the rooms that rooms.toml gives it, and in no others."""
    owners = tree.rooms.get("third_party", {})
    places = [("src/", None), ("bench/", "bench"), ("include/", "include")]
    for folder, place in places:
        for path, text in tree.matching(folder, CPP):
            room = place or tree.room_of(path.removeprefix("src/"))
            here = {room} | ({"test", f"{room} test"} if is_test(path) else set())
            here |= {"bench"} if path.endswith("_bench.cc") else set()
            for header in ANY_INCLUDE.findall(text):
                fitting = [prefix for prefix in owners if header.startswith(prefix)]
                if fitting:
                    if not here & set(owners[max(fitting, key=len)]):
                        yield Problem("third_party", path, f"<{header}> belongs to {' and '.join(owners[fitting[0]])}")
                elif f"<{header}>" in text and ("/" in header or "." in header) and not SYSTEM_HEADER.match(header):
                    if not header.startswith("strobe/"):
                        yield Problem("third_party", path, f"<{header}> has no room in tests/tidy/rooms.toml")

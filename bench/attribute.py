#!/usr/bin/env python3
"""Says where the CPU time of a profile went that ingest_bench wrote.

usage: attribute.py PROFILE --binary BINARY --sqlite ARCHIVE [--top N]

A sample belongs to the function its program counter is in. A sample in memcpy and the like is charged to SQLite when
SQLite called it. A sample that stands behind a syscall instruction belongs to that system call, whose number is read
from the code before it.
"""

import argparse
import bisect
import collections
import re
import struct
import subprocess
import sys
from pathlib import Path

FUTEX, DISK, NETWORK = "futex", "fsync and file system calls", "network"
SQLITE, ZSTD, SHA, XXH, MEMORY, ALLOCATION, OURS, OTHER = (
    "SQLite", "zstd", "SHA-256", "XXH3", "memcpy, memcmp", "malloc, free", "ours", "other system calls and libraries")
GOAL_PERCENT = 40
GOAL = (SQLITE, DISK, FUTEX)

# x86-64 numbers. sendmsg and so on are the server's only sockets; read and write only reach files and eventfds.
SYSTEM_CALLS = {202: FUTEX, 449: FUTEX}
SYSTEM_CALLS |= dict.fromkeys((0, 1, 2, 3, 4, 5, 6, 8, 17, 18, 19, 20, 72, 74, 75, 76, 77, 87, 257, 262, 263, 285),
                              DISK)
SYSTEM_CALLS |= dict.fromkeys((7, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 54, 55, 232, 233, 281, 288, 441), NETWORK)
CALL_NAMES = {202: "futex", 74: "fsync", 75: "fdatasync", 17: "pread64", 18: "pwrite64", 0: "read", 1: "write",
              45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 232: "epoll_wait", 72: "fcntl", 9: "mmap", 11: "munmap", 28: "madvise",
              77: "ftruncate", 233: "epoll_ctl", 5: "fstat", 4: "stat", 262: "newfstatat"}
LIBRARIES = (("libzstd", ZSTD), ("libcrypto", SHA), ("libxxhash", XXH))
FUNCTION_BYTES_MAX = 8192  # what has no size in the symbol table ends at latest here


def symbols(path, dynamic=False):
    """(address, size, name), sorted."""
    command = ["nm", "-C", "--defined-only", "--print-size", *(["-D"] if dynamic else []), str(path)]
    answer = []
    for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines():
        match = re.match(r"([0-9a-f]+)(?: ([0-9a-f]+))? ([tTwWiuVv]) (.*)", line)
        if match:
            answer.append((int(match[1], 16), int(match[2] or "0", 16), match[4]))
    return sorted(answer)


def executable_segments(path):
    """(virtual address, file offset, size) of an ELF file's executable parts."""
    data = Path(path).read_bytes()
    offset, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for i in range(count):
        kind, flags, at, address, _, in_file = struct.unpack_from("<IIQQQQ", data, offset + i * size)
        if kind == 1 and flags & 1:
            yield address, data[at:at + in_file]


class Module:
    """One loaded file: the program or a shared library."""

    def __init__(self, base, path, functions):
        self.base, self.path = base, path
        known = symbols(path) or symbols(path, dynamic=True)
        self.symbols = sorted(set(known) | {(at - base, 0, name) for at, name in functions})
        self.starts = [start for start, _, _ in self.symbols]
        self.segments = list(executable_segments(path))

    def holds(self, pc):
        return any(address <= pc - self.base < address + len(code) for address, code in self.segments)

    def function(self, pc):
        at = bisect.bisect_right(self.starts, pc - self.base) - 1
        if at < 0:
            return ""
        start, size, name = self.symbols[at]
        return name if pc - self.base < start + (size or FUNCTION_BYTES_MAX) else ""

    def system_call(self, pc):
        """The number of the system call that returns to `pc`, or None: mov $NUMBER, %eax stands shortly before it."""
        for address, code in self.segments:
            at = pc - self.base - address
            if 2 <= at <= len(code) and code[at - 2:at] == b"\x0f\x05":
                before = code[max(0, at - 64):at - 2]
                moves = [match.start() for match in re.finditer(rb"\xb8.[\x00\x01]\x00\x00", before, re.DOTALL)]
                if moves:
                    return struct.unpack_from("<I", before, moves[-1] + 1)[0]
                return 0 if b"\x31\xc0" in before else -1  # xor %eax, %eax: read
        return None


class Attribution:
    def __init__(self, modules, sqlite_names):
        self.modules, self.sqlite_names = modules, sqlite_names

    def module_at(self, pc):
        return next((module for module in self.modules if module.holds(pc)), None)

    def is_sqlite(self, name):
        return name in self.sqlite_names or name.split(".")[0] in self.sqlite_names

    def of_function(self, name):
        if self.is_sqlite(name):
            return SQLITE
        if re.match(r"mem(cpy|move|set|cmp|chr|rchr)$|str(len|cmp)$", name):
            return MEMORY
        if re.match(r"(malloc|free|calloc|realloc|cfree)$|operator (new|delete)", name):
            return ALLOCATION
        if re.search(r"pthread_(mutex|cond|rwlock)|__lll_", name):
            return FUTEX
        if "boost::" in name or "strobe::net::" in name:
            return NETWORK
        return OURS

    def of(self, pc, caller):
        """(share it belongs to, what to call it)"""
        module = self.module_at(pc)
        if module is None:
            return OTHER, "outside of any file (vdso)"
        library = Path(module.path).name
        number = module.system_call(pc)
        if number is not None:
            return SYSTEM_CALLS.get(number, OTHER), "system call " + CALL_NAMES.get(number, str(number))
        name = module.function(pc)
        share = self.of_function(name)
        if share in (MEMORY, ALLOCATION):
            calling = self.module_at(caller)
            if calling and self.is_sqlite(calling.function(caller)):
                return SQLITE, f"{name} for SQLite"
            return share, name
        if module is self.modules[0]:
            return share, name or "?"
        for prefix, of_library in LIBRARIES:
            if library.startswith(prefix):
                return of_library, f"{library}: {name}" if of_library == OURS else library
        if share == FUTEX:
            return share, name
        if library.startswith("libc.") and not name:
            return OTHER, "libc, no name"
        return OTHER, f"{library}: {name}"


def read_profile(path, binary):
    modules, functions, samples = [], [], []
    for line in Path(path).read_text().splitlines():
        word, *rest = line.split(" ")
        if word == "module":
            modules.append((int(rest[0], 16), binary if rest[1] == "-" else rest[1]))
        elif word == "function":
            functions.append((int(rest[0], 16), rest[1]))
        else:
            samples.append((int(rest[0], 16), int(rest[1], 16), int(rest[2])))
    loaded = []
    for base, path_of_module in modules:
        if Path(path_of_module).is_file():
            module = Module(base, path_of_module, [])
            held = [(at, name) for at, name in functions if module.holds(at)]
            loaded.append(Module(base, path_of_module, held) if held else module)
    return loaded, samples


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("profile")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--sqlite", required=True, help="the static library made of sqlite3.c")
    parser.add_argument("--top", type=int, default=25)
    arguments = parser.parse_args()
    modules, samples = read_profile(arguments.profile, arguments.binary)
    sqlite_names = {name for _, _, name in symbols(arguments.sqlite)}
    attribution = Attribution(modules, sqlite_names)
    shares, names = collections.Counter(), collections.Counter()
    for pc, caller, count in samples:
        share, name = attribution.of(pc, caller)
        shares[share] += count
        names[share, name] += count
    total = sum(shares.values())
    if total == 0:
        sys.exit("attribute.py: no samples")
    print(f"server CPU by what was running, {total} samples:")
    for share, count in shares.most_common():
        print(f"  {100 * count / total:5.1f} %  {share}")
    goal = 100 * sum(shares[share] for share in GOAL) / total
    print(f"SQLite, fsync and futex together: {goal:.1f} % of the server's CPU (goal: below {GOAL_PERCENT} %):"
          f" {'met' if goal < GOAL_PERCENT else 'MISSED'}")
    print("the largest:")
    for (share, name), count in names.most_common(arguments.top):
        print(f"  {100 * count / total:5.1f} %  {share}: {name[:110]}")


if __name__ == "__main__":
    main()

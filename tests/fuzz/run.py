#!/usr/bin/env python3
"""Runs one fuzz target over its seeds, and with libFuzzer on from there.

    tests/fuzz/run.py NAME --replay PROGRAM    every seed and every crash of the past, once (any compiler)
    tests/fuzz/run.py NAME --search PROGRAM    the same, then new inputs for $STROBE_FUZZ_SECONDS (3)

Seeds are what real SDKs sent (tests/data/captured), the inputs of the golden cases, and the small files in seeds/NAME.
An input that crashes is kept in the folder named by $STROBE_FUZZ_CRASHES (build/crashes); once it is understood it moves
to crashes/NAME, small and with a name that says what it is.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from small_seeds import (HOSTILE_TEXTS, MODEL_NAMES, SEARCHES, STATEMENTS, any_bytes, compressed, connections, framings,
                         price_list, stored, typed_texts)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED_BYTES_MAX = 60_000  # of a text taken out of a captured request
LIBFUZZER = ("-timeout=10", "-rss_limit_mb=2048", "-max_len=100000", "-print_final_stats=0", "-verbosity=1")
REPLAY_SECONDS_MAX = 200


def captured():
    return [path.read_bytes() for path in sorted((ROOT / "tests/data/captured").glob("*.pb"))]


def json_files():
    golden = ROOT / "tests/golden"
    return [path.read_bytes() for path in sorted((*golden.glob("shared/*.json*"), *golden.glob("cases/*/input*.json*")))
            if path.is_file()]


def json_texts():
    """Texts that look like JSON, out of captured requests."""
    found = set()
    for body in captured():
        found.update(text for text in re.findall(rb"[\[{]\"?[^\x00-\x08\x0e-\x1f]{20,}[\]}]", body)
                     if len(text) <= SEED_BYTES_MAX)
    return sorted(found)


def attribute_lists():
    """Mode 1 of split_fuzz.cc: one span that holds the text under several keys, then a second that holds it again."""
    for number, text in enumerate(json_texts()):
        text = text[:40_000]
        length = len(text).to_bytes(2, "little")
        spans = [b"".join(bytes((key % 25, 0)) + length + text for key in (number, number + 1)) for _ in range(2)]
        yield b"\1" + b"\xff".join(spans)


def attocode_traces():
    """importer/attocode_fuzz.cc: files of both generations, whole and with their lines in another order."""
    golden = ROOT / "tests/golden"
    for path in sorted((*golden.glob("shared/*_trace.jsonl"), *golden.glob("cases/import_attocode*/input.jsonl"))):
        text = path.read_bytes()
        generation = 1 if b'"event_id"' in text else 0
        lines = text.splitlines(keepends=True)
        for order in (lines, lines[::-1], lines[1::2] + lines[::2]):
            yield bytes((generation + 40,)) + b"".join(order)


SEEDS = {
    "otlp_protobuf": captured,
    "otlp_json": json_files,
    "json": lambda: [*json_texts(), *json_files()],
    "canonical": lambda: [b"\5 \n\t  " + text for text in json_texts()],
    "split": lambda: [*(b"\0" + body for body in captured()), *attribute_lists()],
    "texts": typed_texts,
    "content": compressed,
    "python": lambda: [text.replace(b'"', b"'").replace(b"true", b"True") for text in json_texts()[:200]],
    "config": lambda: [b'listen = "127.0.0.1:4318"\nallow_host = ["a", "b"]\n[x]\ny = 1\n', b"127.0.0.1:4318", b"17"],
    "prices": lambda: [price_list(), *(b"\1" + name for name in MODEL_NAMES)],
    "import": lambda: [*captured(), *json_files(), b"\n".join(text.replace(b"\n", b"") for text in json_files()[:4])],
    "attocode": attocode_traces,
    "analyses": any_bytes,
    "framing": framings,
    "connection": connections,
    "sql": lambda: [*STATEMENTS],
    "search": lambda: [typed + b"\0" + text for typed in SEARCHES for text in (b"a word and another", *json_texts()[:5])],
    "stored": stored,
    "terminal": lambda: [*HOSTILE_TEXTS, b"".join(HOSTILE_TEXTS)],
    "arguments": lambda: [b"q=a+b%20c&limit=10&since=2h&before=17&status=ok&trace=" + b"ab" * 16, b"a//b/%2F%zz", b"q=&q"],
    "planted": lambda: [b"abcd"],
}


def write_seeds(name, folder):
    for number, seed in enumerate(SEEDS[name]()):
        (folder / f"seed-{number:04}").write_bytes(seed)
    for source in (HERE / "seeds" / name, HERE / "crashes" / name):
        for path in sorted(source.glob("*")) if source.is_dir() else ():
            shutil.copy(path, folder / f"{source.parent.name}-{path.name}")
    return len(list(folder.iterdir()))


def environment():
    return os.environ | {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1",
                         "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"}


def replay(name, program, seeds):
    done = subprocess.run([program, seeds], capture_output=True, timeout=REPLAY_SECONDS_MAX, env=environment())
    if done.returncode != 0:
        last = [line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith(str(seeds))]
        tail = done.stderr.decode(errors="replace")[-4000:]
        print(f"{tail}\nfuzz: {name} died with {done.returncode} on {keep(name, Path(last[-1])) if last else 'its first input'}")
        return False
    print(f"fuzz: {name}: {done.stdout.decode().strip()}")
    return True


def keep(name, path):
    """The input's place outside the temporary folder."""
    folder = Path(os.environ.get("STROBE_FUZZ_CRASHES") or ROOT / "build/crashes")
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{name}-{path.name}"
    shutil.copy(path, kept)
    return kept


def search(name, program, seeds, scratch):
    seconds = os.environ.get("STROBE_FUZZ_SECONDS") or "3"
    corpus, crashes = scratch / "corpus", scratch / "crashes"
    corpus.mkdir()
    crashes.mkdir()
    # The seeds count too: a crash of the past that came back is found before anything new is tried.
    done = subprocess.run([program, *LIBFUZZER, f"-max_total_time={seconds}", f"-artifact_prefix={crashes}/", corpus, seeds],
                          capture_output=True, timeout=REPLAY_SECONDS_MAX + float(seconds), env=environment())
    report = done.stderr.decode(errors="replace")
    kept = [keep(name, path) for path in sorted(crashes.iterdir())]
    if done.returncode != 0 or kept:
        print(f"{report[-6000:]}\nfuzz: {name} failed with {done.returncode}: {', '.join(map(str, kept)) or 'no input'}")
        return False
    runs = re.findall(r"Done (\d+) runs", report)
    if not runs:
        print(f"{report[-2000:]}\nfuzz: {name} did not run")
        return False
    print(f"fuzz: {name}: {runs[-1]} runs in {seconds} s, no crash")
    return True


def main(arguments):
    if len(arguments) != 3 or arguments[0] not in SEEDS or arguments[1] not in ("--replay", "--search"):
        sys.exit(__doc__)
    name, mode, program = arguments
    with tempfile.TemporaryDirectory(prefix="strobe-fuzz-") as scratch:
        seeds = Path(scratch, "seeds")
        seeds.mkdir()
        if write_seeds(name, seeds) == 0:
            print(f"fuzz: {name} has no seeds")
            return 1
        ok = replay(name, program, seeds) if mode == "--replay" else search(name, program, seeds, Path(scratch))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a store holds, asked by the program itself, and whether that is what was promised."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agent import MARK, digest
from ledger import Failure, judge

COMMAND_SECONDS_MAX = 120
INDEX_SECONDS_MAX = float(os.environ.get("STROBE_CRASH_INDEX_SECONDS", "60"))  # crash_test.py has less patience
ROWS_PER_QUERY = 100_000
TRACES_PER_QUERY = 200
LEAVING = 2**31 - 1  # in trace.normaliser: a prune has begun to remove it (src/store/sqlite/retention.h)
NEVER_SENT = f"{MARK}neversent"


def check_file(path):
    """What SQLite itself says of the file."""
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
    try:
        answer = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        raise Failure(f"integrity_check: {error}")
    finally:
        connection.close()
    if answer != ["ok"]:
        raise Failure(f"integrity_check: {'; '.join(answer[:10])}")


class Stored:
    def __init__(self, strobe, path):
        self.strobe, self.path = strobe, str(path)

    def command(self, *arguments):
        return [self.strobe, "--store", self.path, *arguments]

    def run(self, *arguments):
        """The finished process, which went well."""
        done = subprocess.run(self.command(*arguments), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="surrogateescape", timeout=COMMAND_SECONDS_MAX)
        if done.returncode != 0:
            raise Failure(f"{' '.join(arguments)[:100]} ended with code {done.returncode}: {done.stderr}{done.stdout[:500]}")
        return done

    def json(self, *arguments):
        done = self.run("--json", *arguments)
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            raise Failure(f"{' '.join(arguments)[:100]} printed no JSON ({error}): {done.stdout[:500]}")

    def copy(self, folder):
        """Its files, the write-ahead log too, so that nothing mends or locks the original."""
        folder = Path(folder)
        folder.mkdir(exist_ok=True)
        for path in Path(self.path).parent.glob(f"{Path(self.path).name}*"):
            if path.is_file() and path.name.removeprefix(Path(self.path).name) in ("", "-wal", "-shm"):
                shutil.copy(path, folder)
        return type(self)(self.strobe, folder / Path(self.path).name)

    def found(self, which_spans="true"):
        """Counter of every id, in the form of agent.Request.ids; spans if a condition in SQL holds."""
        return self._spans(which_spans) + self._times("log", "log") + self._times("point", "metric_point")

    def _spans(self, which):
        """Asked in pieces, so that no limit on rows cuts the answer."""
        leaving = {row["id"] for row in self.json("sql", f"SELECT lower(hex(id)) AS id FROM trace WHERE normaliser = {LEAVING}")}
        found, last = Counter(), ""
        while True:
            rows = self.json("sql", "SELECT trace_id, count(*) AS spans, group_concat(span_id) AS ids FROM spans "
                             f"WHERE trace_id > '{last}' AND {which} GROUP BY trace_id ORDER BY trace_id "
                             f"LIMIT {TRACES_PER_QUERY}")
            for row in rows:
                ids = row["ids"].split(",")
                if len(ids) != int(row["spans"]):
                    raise Failure(f"trace {row['trace_id']}: {row['spans']} spans but {len(ids)} ids")
                if row["trace_id"] not in leaving:
                    found.update(f"span {row['trace_id']} {span_id}" for span_id in ids)
            if len(rows) < TRACES_PER_QUERY:
                return found
            last = rows[-1]["trace_id"]

    def _times(self, kind, table):
        found, last = Counter(), 0
        while True:
            rows = self.json("sql", f"SELECT no, time_ns FROM {table} WHERE no > {last} ORDER BY no LIMIT {ROWS_PER_QUERY}")
            found.update(f"{kind} {row['time_ns']}" for row in rows)
            if len(rows) < ROWS_PER_QUERY:
                return found
            last = rows[-1]["no"]

    def check_well(self):
        """Every reference leads somewhere, as far as the program can tell."""
        done = subprocess.run(self.command("--json", "doctor"), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=COMMAND_SECONDS_MAX)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            raise Failure(f"doctor ended with code {done.returncode}: {done.stderr}{done.stdout[:500]}")
        if not answer["well"] or done.returncode != 0:
            raise Failure(f"doctor ended with code {done.returncode}: {'; '.join(answer['problems'][:10])}")
        return answer

    def check_contents(self, ledger, traces):
        """Every attribute of spans and of the log records that tell of them, histories above all, is what was sent."""
        sessions = defaultdict(list)
        for row in self.json("sql", "SELECT DISTINCT trace_id, session FROM spans"):
            sessions[row["trace_id"]].append(row["session"])
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(lambda trace: self._check_trace(ledger, trace, sessions[trace]), traces))

    def _check_trace(self, ledger, trace, sessions):
        sent, acknowledged, tells = ledger.contents(trace)
        if not any(id.startswith("span") for id in acknowledged):
            return 0
        found, without_context = {}, []
        if None in sessions:
            raise Failure(f"trace {trace} has spans that are in no session")
        for span in (span for session in sessions for span in self.json("show", session)["spans"]):
            id = f"span {span['trace_id']} {span['span_id']}"
            found[id] = digest(span["attributes"])
            found |= {f"log {log['time_unix_ns']}": digest(log["attributes"]) for log in span["logs"]}
            if span["logs"] and span["input_context"] is None:
                without_context.append(id)
        # A log record is shown with its span, which may not be there yet.
        absent = sorted(id for id in acknowledged - found.keys() if tells.get(id, id) in found.keys() | acknowledged)
        other = sorted(id for id in found.keys() & sent.keys() if found[id] != sent[id])
        if absent or other or without_context:
            raise Failure(f"contents of trace {trace}: {len(other)} records with other bytes {other[:1]}, {len(absent)} "
                          f"absent {absent[:1]}, {len(without_context)} that log records tell of and that have no context "
                          f"{without_context[:1]}")
        return len(found)

    def shown_and_exported(self, trace):
        """All that the program makes of a trace."""
        return [self.run("--json", "show", trace).stdout, self.run("export", trace).stdout]

    def check_values(self, values, acknowledged):
        """Every acknowledged metric point has the value that was sent."""
        found = Counter()
        for point in self.json("metrics", "--limit", "0"):
            id = f"point {point['time_unix_ns']}"
            found[id] += 1
            if id in values and point["value"] != values[id]:
                raise Failure(f"{id} has the value {point['value']}, not {values[id]}")
        judge({id for id in acknowledged if id.startswith("point")}, values.keys(), found).demand()

    def spans_waiting(self):
        """How many spans are not in the text index yet. Asked without indexing any."""
        row = self.json("sql", "SELECT coalesce((SELECT max(no) FROM span), 0) - until + (SELECT count(*) FROM search_again) "
                        "AS waiting FROM search_state")[0]
        return int(row["waiting"])

    def catch_up(self):
        """Has the text index made complete, by asking again and again. How long that took, in seconds."""
        begin = time.monotonic()
        while not re.search(r"\b0 spans waiting", self.run("search", NEVER_SENT).stderr):
            if time.monotonic() - begin > INDEX_SECONDS_MAX:
                raise Failure("the text index does not catch up")
        return time.monotonic() - begin

    def check_index(self, promises):
        """Every word that was acknowledged is found, and none that nobody sent."""
        if self.json("search", NEVER_SENT, "--limit", "0"):
            raise Failure("a word that was never sent is found")
        found = set()
        for hit in self.json("search", f"{MARK}*", "--limit", "0"):
            found |= set(re.findall(rf"\b{MARK}\d+x\d+\b", hit["text"]))
        absent, strange = promises.marks - found, found - promises.marks_sent
        if absent or strange:
            raise Failure(f"text index: {len(absent)} of {len(promises.marks)} words are not found {sorted(absent)[:3]}, "
                          f"{len(strange)} that nobody sent are {sorted(strange)[:3]}")
        return len(found)

"""What a store is busy with when the kill comes. Each kind of work runs one round of crash.Test: it starts a server, lets the
clients send, kills, leaves nothing running, and says whether the kill fell into its work."""

import sqlite3
import tempfile
import time
from pathlib import Path

from agent import LONG_AGO_NS, RECENT_NS, Agent
from ledger import Failure, judge
from older_schema import NEWEST, OLDEST, make_older, schema_version, writer_of
from process import Process
from stored import LEAVING, Stored, check_file

BEGIN_SECONDS_MAX = 10
COMMAND_SECONDS_MAX = 120
DOOMED_REQUESTS = 100
DOOMED_AGENT_FIRST = 400  # agents below that send through clients
OLD = "3650d"  # between agent.LONG_AGO_NS and agent.RECENT_NS
MIGRATION_ATTEMPTS = 5
PRUNE_SECONDS = 0.1  # about what it takes; found out while the test goes on
TRACES_COMPARED = 6  # before and after a migration


def number(path, sql):
    """Of a store in use, or None when it cannot be read just now. Writes nothing."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error:
        return None


def wait_until(condition, seconds_max=BEGIN_SECONDS_MAX):
    """Whether it came true."""
    deadline = time.monotonic() + seconds_max
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.0005)
    return True


class Ingest:
    """Nothing but requests."""
    name = "ingest"

    def run(self, test):
        server = test.start_and_wait()
        time.sleep(test.moments.uniform(0.0, 1.2))
        waiting = any(client.is_waiting for client in test.clients)
        test.kill(server)
        return waiting


class Index:
    """The text index begins anew, and has all there is before it while nobody sends."""
    name = "index"

    def run(self, test):
        make_older(test.stored.path, 3)
        server = test.start_and_wait()
        test.server.set(None)
        wait_until(lambda: number(test.stored.path, "SELECT until FROM search_state"))
        time.sleep(test.moments.uniform(0.0, 0.1))
        test.kill(server)
        with tempfile.TemporaryDirectory(dir=test.folder) as folder:
            path = test.stored.copy(folder).path
            return bool(number(path, "SELECT until FROM search_state WHERE until < (SELECT max(no) FROM span)"))


class Prune:
    """`prune` removes old sessions, beside the server, that have most of their texts in common with those that stay. Killed is
    the one, the other, or both."""
    name = "prune"

    def __init__(self):
        self._agents = 0
        self._within_seconds = PRUNE_SECONDS
        self.doomed = set()

    def run(self, test):
        server = test.start_and_wait()
        test.server.set(None)
        self._import_doomed(test)
        test.server.set(server.address())
        prune = Process(test.stored.command("prune", "--older-than", OLD))
        wait_until(lambda: not prune.is_alive()
                   or number(test.stored.path, f"SELECT count(*) FROM trace WHERE normaliser = {LEAVING}"))
        time.sleep(test.moments.uniform(0.0, self._within_seconds))
        victim = test.kinds.choice(("prune", "server", "both"))
        hit = prune.is_alive()
        if not hit:
            self._within_seconds /= 3  # a quick machine
        if victim != "prune":
            test.kill(server)
        if victim != "server":
            prune.kill()
        elif prune.code(COMMAND_SECONDS_MAX) != 0:
            raise Failure(f"prune ended with code {prune.code()} when the server was killed:\n{prune.output}")
        if victim == "prune":
            time.sleep(test.moments.uniform(0.0, 0.3))
            test.kill(server)
        return hit

    def _import_doomed(self, test):
        agent = Agent(test.seed, DOOMED_AGENT_FIRST + self._agents, LONG_AGO_NS, self._agents % len(test.clients))
        self._agents += 1
        path = Path(test.folder) / f"doomed-{self._agents}.jsonl"
        with path.open("wb") as out:
            for _ in range(DOOMED_REQUESTS):
                request = agent.request()
                test.ledger.send(request)
                self.doomed |= request.ids
                out.write(request.body + b"\n")
        test.stored.run("import", str(path))
        path.unlink()

    def finish(self, stored):
        """At the end of the test the same command finishes its work."""
        stored.run("prune", "--older-than", OLD)
        left = self.doomed & stored.found().keys()
        if left:
            raise Failure(f"prune left {len(left)} of what it should have removed, first {min(left)}")


class Backup:
    """A copy is made beside the server, which is killed meanwhile: the copy does not notice. Then one is killed itself."""
    name = "backup"

    def __init__(self):
        self._copies = 0

    def run(self, test):
        hit = self._copy(test, kill_copy=False)
        return self._copy(test, kill_copy=True) or hit

    def _copy(self, test, kill_copy):
        server = test.start_and_wait()
        self._copies += 1
        path = Path(test.folder) / f"backup-{self._copies}.db"
        promised = test.ledger.promises()
        backup = Process(test.stored.command("backup", str(path)))
        began = wait_until(lambda: not backup.is_alive() or list(path.parent.glob(f"{path.name}.unfinished-*")))
        time.sleep(test.moments.uniform(0.0, 0.08))
        hit = began and backup.is_alive()
        if kill_copy:
            backup.kill()
        test.kill(server)
        code = backup.code(COMMAND_SECONDS_MAX)
        if not kill_copy and code != 0:
            raise Failure(f"backup ended with code {code} when the server was killed:\n{backup.output}")
        if path.exists():
            self._check(test, path, promised)
        elif code == 0:
            raise Failure(f"backup ended well and there is no {path.name}")
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        return hit

    @staticmethod
    def _check(test, path, promised):
        """A file under the final name is whole, killed or not."""
        copy = Stored(test.stored.strobe, path)
        check_file(path)
        judge(promised.acknowledged, test.ledger.promises().sent, copy.found()).demand()
        copy.check_well()


class Migration:
    """The store is of an older schema, and whoever opens it is killed before it is of the newest."""
    name = "migration"

    def __init__(self):
        self._seconds_max = 0.05  # follows how long migrations take

    def run(self, test):
        hit = False
        traces = test.ledger.finished_traces()
        before = self._shown(test, test.kinds.sample(traces, min(TRACES_COMPARED, len(traces))))
        for _ in range(MIGRATION_ATTEMPTS):
            if hit:
                break
            if self._version(test) == NEWEST:
                make_older(test.stored.path, test.kinds.randint(OLDEST, NEWEST - 1))
            hit = self._killed_within(test, test.kinds.choice((("serve", *test.serve_arguments), ("sessions",))))
            self._seconds_max *= 1.3 if hit else 0.6
        server = test.start_and_wait()
        time.sleep(test.moments.uniform(0.0, 0.3))
        test.kill(server)
        after = self._shown(test, before.keys())
        other = [trace for trace in before if before[trace] != after[trace]]
        if other:
            raise Failure(f"after the migration trace {other[0]} and {len(other) - 1} more are shown or exported otherwise")
        return hit

    @staticmethod
    def _shown(test, traces):
        with tempfile.TemporaryDirectory(dir=test.folder) as folder:
            copy = test.stored.copy(folder)
            return {trace: copy.shown_and_exported(trace) for trace in traces}

    @staticmethod
    def _version(test):
        with tempfile.TemporaryDirectory(dir=test.folder) as folder:
            return schema_version(test.stored.copy(folder).path)

    def _killed_within(self, test, arguments):
        process = Process(test.stored.command(*arguments))
        wait_until(lambda: writer_of(test.stored.path) == process.id or not process.is_alive())
        time.sleep(test.moments.uniform(0.0, self._seconds_max))
        was_alive = process.kill()
        return was_alive and self._version(test) < NEWEST


KINDS = (Ingest, Index, Prune, Backup, Migration)
assert LONG_AGO_NS < RECENT_NS

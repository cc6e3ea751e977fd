"""The processes that work on one store at once in processes.py. Each actor is a thread that starts the same kind of command
again and again, until it is told to stop, and judges how each one ended; another thread may kill it at any moment."""

import fcntl
import random
import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from agent import AGENTS_MAX, LONG_AGO_NS, RECENT_NS, Agent
from ledger import Failure
from process import Process

HERE = Path(__file__).resolve().parent
COMMAND_SECONDS_MAX = 90
REQUESTS_PER_RUN = 25
REQUESTS_PER_FILE = 12
OLD = "3650d"  # between LONG_AGO_NS and RECENT_NS
RUN_AGENT_FIRST, IMPORT_AGENT_FIRST = 0, 500
PAUSE_SECONDS = 0.05
REFUSALS = (1, 3)  # not possible just now; there is no such thing (yet)
# Whoever does not get the lock, or comes before there is anything, says so in one line and ends with one of these.
CLEAN = re.compile(r"strobe: .*(database is locked|busy|there is no store at|no session|nothing|not recorded|answered|no answer"
                   r"|connect|refused)")


class Actor(threading.Thread):
    """`stored`: the store; `ledger`: who was promised what; `random`: this actor's own choices."""

    def __init__(self, name, stored, ledger, seed):
        super().__init__(daemon=True, name=name)
        self.stored, self.ledger, self.seed = stored, ledger, seed
        self.random = random.Random(f"{seed}/{name}")
        self.endings = Counter()  # how its processes ended
        self.problem = None
        self._process, self._killed, self._stopping = None, False, False

    def arguments(self):
        """Of the next command."""
        raise NotImplementedError

    def ended(self, code, output):
        """Called when a command ended that was not killed."""

    def was_killed(self):
        """Called when one was."""

    def stop(self):
        self._stopping = True

    def kill(self):
        """Whether there was a process to kill."""
        process = self._process
        if process is None or not process.is_alive():
            return False
        self._killed = True
        process.kill()
        return True

    def run(self):
        try:
            while not self._stopping and self.problem is None:
                self._once()
                time.sleep(PAUSE_SECONDS)
        except Exception as error:  # a thread that dies in silence would make the test weaker, not fail
            self.problem = f"{self.name}: {error!r}"

    def _once(self):
        self._killed = False
        self._process = Process(self.stored.command(*self.arguments()))
        code = self._wait()
        output = self._process.output
        if self._killed:
            self.endings["killed"] += 1
            self.was_killed()
        else:
            self.endings["well" if code == 0 else self._reason(code, output)] += 1
            self.ended(code, output)

    def _wait(self):
        return self._process.code(COMMAND_SECONDS_MAX)

    def _reason(self, code, output):
        line = next((line for line in output.splitlines() if CLEAN.match(line)), None)
        if code not in REFUSALS or line is None:
            raise Failure(f"ended with code {code}: {output[-500:]}")
        return re.sub(r"\S*/\S*|\d+|[0-9a-f]{12,}", "...", line)


class Server(Actor):
    def arguments(self):
        return ("serve", "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0")

    def _wait(self):
        while self._process.is_alive():
            if self._stopping and not self._killed:
                self._process.stop()
            time.sleep(PAUSE_SECONDS)
        return self._process.code()


class Run(Actor):
    """`strobe run` with an agent, which may outlive it."""
    numbers = iter(range(RUN_AGENT_FIRST, IMPORT_AGENT_FIRST))

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.journals = {}  # agent's number: path
        self.recorded = 0  # runs that ended well: each is a span of its own

    def arguments(self):
        number = next(self.numbers)
        journal = Path(self.stored.path).parent / f"journal-{number}"
        self.journals[number] = journal
        return ("run", "--", sys.executable, str(HERE / "run_agent.py"), str(self.seed), str(number), str(REQUESTS_PER_RUN),
                str(journal))

    def ended(self, code, output):
        problems = [line for line in output.splitlines() if line.startswith("strobe: ")]
        if code == 0 and not problems:
            self.recorded += 1
        elif code == 0:  # the agent's; what became of the record is told in words
            self.endings["well"] -= 1
            self.endings[self._reason(1, "\n".join(problems))] += 1

    def read_journals(self, seconds_max):
        """Into the ledger, as soon as the agents have ended."""
        for number, path in self.journals.items():
            if not path.exists():
                continue
            with path.open("r") as journal:
                deadline = time.monotonic() + seconds_max
                while True:
                    try:
                        fcntl.flock(journal, fcntl.LOCK_SH | fcntl.LOCK_NB)
                        break
                    except BlockingIOError:
                        if time.monotonic() > deadline:
                            raise Failure(f"the agent of {path.name} does not end")
                        time.sleep(PAUSE_SECONDS)
                agent, requests = Agent(self.seed, number), []
                for line in journal.read().splitlines():
                    what, at = line.split(" ")
                    if what == "sent":
                        requests.append(agent.request())
                        self.ledger.send(requests[int(at)])
                    else:
                        self.ledger.acknowledge(requests[int(at)])


class Import(Actor):
    """A file may be read again and again, until its summary is printed: that is the acknowledgement. Every second one holds old
    sessions, which prune may remove at once and nobody is promised."""
    numbers = iter(range(IMPORT_AGENT_FIRST, AGENTS_MAX - 1))

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.files = 0
        self._requests, self._path = None, None

    def arguments(self):
        if self._requests is None:
            number = next(self.numbers)
            self._is_old = number % 2 == 1
            agent = Agent(self.seed, number, LONG_AGO_NS if self._is_old else RECENT_NS, number % 5 if self._is_old else None)
            self._requests = [agent.request() for _ in range(REQUESTS_PER_FILE)]
            self._path = Path(self.stored.path).parent / "import.jsonl"
            self._path.write_bytes(b"".join(request.body + b"\n" for request in self._requests))
            for request in self._requests:
                self.ledger.send(request)
        return ("import", str(self._path))

    def ended(self, code, output):
        if code != 0:
            return
        ids = set().union(*(request.ids for request in self._requests))
        spans = sum(id.startswith("span") for id in ids)
        if f"imported {spans:,} spans" not in output:
            raise Failure(f"a file with {spans} spans was imported and it said: {output}")
        for request in [] if self._is_old else self._requests:
            self.ledger.acknowledge(request)
        self._requests = None
        self.files += 1


class Prune(Actor):
    def arguments(self):
        return ("prune", "--older-than", OLD)


class Reader(Actor):
    def arguments(self):
        return self.random.choice((("show", "last"), ("search", "mark*"), ("sessions",), ("stats",), ("doctor", "--quick")))

"""One life of a server or of another command, which a test may end at any moment."""

import re
import signal
import subprocess
import threading

from ledger import Failure

START_SECONDS_MAX = 20
STOP_SECONDS_MAX = 30
LINES_KEPT = 50


class Process:
    """What it prints is kept for the report of a failure."""

    def __init__(self, command, environment=None):
        self.name = " ".join(word for word in command[3:] if len(word) < 40)
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                         text=True, errors="replace", env=environment)
        self.lines = []
        self._address = None
        self._seen = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self.lines = (self.lines + [line])[-LINES_KEPT:]
            found = re.search(r"http://([\w.]+):(\d+)", line)
            if found and not self._address:
                self._address = (found.group(1), int(found.group(2)))
                self._seen.set()
        self._seen.set()

    @property
    def id(self):
        return self._process.pid

    @property
    def output(self):
        return "".join(self.lines)

    def address(self):
        """(host, port) as soon as it is printed."""
        if not self._seen.wait(START_SECONDS_MAX) or not self._address:
            early = self._process.poll()
            self._process.kill()
            self._process.wait()
            raise Failure("the server " + ("did not print its address" if early is None else f"ended by itself with code {early}")
                          + f":\n{self.output}")
        return self._address

    def is_alive(self):
        return self._process.poll() is None

    def code(self, seconds_max=STOP_SECONDS_MAX):
        """How it ended; waits for that, and for the last of what it printed."""
        try:
            code = self._process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise Failure(f"{self.name} did not end within {seconds_max} s:\n{self.output}")
        self._reader.join(1)
        return code

    def kill(self):
        """kill -9. Whether it was still running."""
        early = self._process.poll()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        return early is None

    def kill_server(self):
        """kill -9. Fails when it had already ended by itself."""
        if not self.kill():
            raise Failure(f"{self.name} ended by itself with code {self._process.returncode}:\n{self.output}")

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        code = self.code()
        if code not in (0, -signal.SIGTERM):
            raise Failure(f"{self.name} stopped with code {code}:\n{self.output}")

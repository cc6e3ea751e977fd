#!/usr/bin/env python3
"""Places where a store cannot be, or not be written: each a message that says where and why, a hint and an exit code.

    places.py STROBE STROBE_FAULTY

Needs root, to be somebody else who may not do everything."""

import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

NOBODY = 65534
SECONDS_MAX = 20
HINT = "--store PATH"
LOG_RECORD = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","body":{"stringValue":"hi"}}]}]}]}'


def be_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


class Places:
    def __init__(self, strobe, faulty, folder):
        self.folder = folder
        os.chmod(folder, 0o755)
        # Nobody may not look into the build's folder.
        self.strobe, self.faulty = str(shutil.copy(strobe, folder / "strobe")), str(shutil.copy(faulty, folder / "faulty"))
        self.failures = []
        self.cases = 0

    def make_store(self, name):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        request = self.folder / "request.json"
        request.write_bytes(LOG_RECORD)
        subprocess.run([self.strobe, "--store", str(path), "import", str(request)], check=True, capture_output=True)
        return path

    def expect(self, path, *parts, command=("serve", "--listen", "127.0.0.1:0", "--grpc", "off"), program=None, code=1, plan=None):
        """As nobody, the command fails on this store and says all these parts."""
        self.cases += 1
        environment = dict(os.environ, STROBE_DISK_PLAN=str(plan) if plan else "/nowhere")
        process = subprocess.Popen([program or self.strobe, "--store", str(path), *command], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, preexec_fn=be_nobody, env=environment, cwd=self.folder)
        try:
            said = process.communicate(timeout=SECONDS_MAX)[0]
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            said = "it runs:\n" + process.communicate()[0]
        missing = [part for part in (str(path), *parts) if part not in said]
        if process.returncode != code or missing:
            self.failures.append(f"{path}: exit code {process.returncode}, without {missing}:\n{said}")

    def run(self):
        read_only = self.folder / "read_only"
        read_only.mkdir(mode=0o555)
        self.expect(read_only / "s.db", "cannot open store", "permission denied", HINT)
        self.expect(read_only / "deeper" / "s.db", "cannot open store", "permission denied", HINT)
        (self.folder / "file").write_text("hello\n")
        os.chmod(self.folder / "file", 0o666)
        self.expect(self.folder / "file" / "s.db", "not a directory", HINT)
        self.expect(self.folder / "file", "file is not a database", "is no Strobe store")
        self.expect(self.folder, "is a directory", HINT)
        other = self.folder / "other.db"
        with sqlite3.connect(other) as connection:
            connection.execute("CREATE TABLE t(x)")
        os.chmod(other, 0o666)
        self.expect(other, "not a Strobe store")
        # Somebody else's store, in a folder that is open to all.
        public = self.folder / "public"
        public.mkdir()
        os.chmod(public, 0o777)
        hidden = self.make_store("public/hidden.db")
        self.expect(hidden, "permission denied", HINT)
        self.expect(hidden, "permission denied", command=("sessions",))
        shown = self.make_store("public/shown.db")
        os.chmod(shown, 0o644)
        self.expect(shown, "permission denied", HINT)
        self.log_of_another(public)
        self.full_disk(public)

    def log_of_another(self, public):
        """The file is ours, the log beside it is not."""
        path = self.make_store("public/log.db")
        os.chown(path, NOBODY, NOBODY)
        log = pathlib.Path(str(path) + "-wal")
        log.write_bytes(b"")
        os.chmod(log, 0o400)
        self.expect(path, "permission denied", HINT)

    def full_disk(self, public):
        plan = self.folder / "plan"
        plan.write_text("write disk_full\n")
        self.expect(public / "new.db", "cannot open store", "no space left on device", "make room", program=self.faulty, plan=plan)
        plan.write_text("any io_error\n")
        self.expect(public / "new.db", "cannot open store", "input/output error", program=self.faulty, plan=plan)


def main():
    if os.geteuid() != 0:
        print("0 passed, 1 failed: needs root")
        return 1
    with tempfile.TemporaryDirectory(prefix="strobe_places_") as folder:
        places = Places(*sys.argv[1:3], pathlib.Path(folder))
        places.run()
    print("\n".join(places.failures))
    print(f"{places.cases - len(places.failures)} passed, {len(places.failures)} failed")
    return 1 if places.failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Installs the program in each way there is and uses it from there: a prefix, a Debian package, a tarball, a systemd unit.

    tests/install/install_test.py BUILD_FOLDER [test...]

Nothing is installed on the machine: packages are unpacked into a temporary folder.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

BUILD = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
SECONDS_MAX = 120
# What every Linux with the GNU C library has.
C_LIBRARY = {"linux-vdso.so.1", "libc.so.6", "libm.so.6"}
AGENT = """
import json, os, urllib.request
span = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "chat m", "kind": 3,
        "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000001000000000",
        "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}]}
body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
request = urllib.request.Request(os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces", body, {"Content-Type": "application/json"})
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20).read()
"""


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=SECONDS_MAX, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="strobe-install-")
        cls.folder = Path(cls.scratch.name)
        cls.packages = cls.folder / "packages"
        run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.packages, cwd=cls.folder)
        cls.version = re.search(r'set\(CPACK_PACKAGE_VERSION "([^"]+)"\)', (BUILD / "CPackConfig.cmake").read_text())[1]

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def environment(self, home):
        """Nothing of whoever runs the test, and no libraries but the system's."""
        home.mkdir(exist_ok=True)
        return {"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"}

    def prefix(self, name):
        prefix = self.folder / name
        run("cmake", "--install", BUILD, "--prefix", prefix)
        return prefix

    def package(self, pattern):
        found = list(self.packages.glob(pattern))
        self.assertEqual(len(found), 1, f"{pattern} in {list(self.packages.iterdir())}")
        return found[0]

    def check_program(self, prefix):
        """An installed program records an agent and shows it, and needs nothing but the C library."""
        strobe = prefix / "bin/strobe"
        environment = self.environment(self.folder / f"home-{self.id().rsplit('.', 1)[-1]}")
        self.assertEqual(run(strobe, "--version", env=environment), f"strobe {self.version}\n")
        needed = {line.split()[0] for line in run("ldd", strobe).splitlines()}
        self.assertEqual({name for name in needed if name not in C_LIBRARY and "/ld-linux" not in name}, set())
        run(strobe, "run", "--", sys.executable, "-c", AGENT, env=environment)
        self.assertIn('"llm_calls"', run(strobe, "show", "last", "--json", env=environment))
        self.assertIn("gen_ai", run(strobe, "export", "last", env=environment))
        return strobe, environment

    def check_pages(self, prefix, zsh="share/zsh/site-functions/_strobe"):
        """Every command has its manual page, groff minds nothing, and the completions are those of the program."""
        strobe = prefix / "bin/strobe"
        commands = re.findall(r"^  ([a-z]+) {2,}", run(strobe, "--help"), re.MULTILINE)
        self.assertIn("serve", commands)
        pages = {path.name.removesuffix(".gz"): path for path in (prefix / "share/man/man1").iterdir()}
        self.assertEqual(set(pages), {"strobe.1", *(f"strobe-{name}.1" for name in commands)})
        for path in pages.values():
            text = run("zcat", "-f", path)
            done = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=text, capture_output=True, text=True, timeout=SECONDS_MAX)
            self.assertEqual(done.stderr, "", path)
            self.assertIn("SYNOPSIS", re.sub(".\b", "", done.stdout), path)  # without overstriking
        for shell, file in (("bash", "share/bash-completion/completions/strobe"), ("zsh", zsh),
                            ("fish", "share/fish/vendor_completions.d/strobe.fish")):
            self.assertEqual((prefix / file).read_text(), run(strobe, "completion", shell))

    def test_a_prefix_works_where_it_is_and_after_a_move(self):
        prefix = self.prefix("prefix")
        self.check_program(prefix)
        self.check_pages(prefix)
        self.assertTrue((prefix / "share/doc/strobe/LICENSE").is_file())
        moved = self.folder / "elsewhere entirely"
        prefix.rename(moved)
        self.check_program(moved)
        for path in moved.rglob("*"):
            if path.is_file() and path.name != "strobe":
                self.assertNotIn(str(prefix).encode(), path.read_bytes(), path)

    def test_the_tarball_works_from_a_folder_with_blanks(self):
        target = self.folder / "some folder"
        target.mkdir()
        run("tar", "-xzf", self.package("*.tar.gz"), "-C", target)
        (unpacked,) = target.iterdir()
        self.assertTrue(unpacked.name.startswith(f"strobe-{self.version}-linux-"), unpacked.name)
        self.check_program(unpacked)
        self.check_pages(unpacked)

    def test_the_debian_package(self):
        package = self.package("*.deb")
        fields = dict(line.split(": ", 1) for line in run("dpkg-deb", "--field", package).splitlines() if re.match(r"[A-Z]", line))
        self.assertEqual((fields["Package"], fields["Version"]), ("strobe", self.version))
        self.assertEqual(fields["Architecture"], run("dpkg", "--print-architecture").strip())
        # dpkg-shlibdeps found the C library and nothing else.
        self.assertRegex(fields["Depends"], r"^libc6 \(>= [0-9.]+\)$")
        self.assertNotRegex(fields["Maintainer"] + fields["Description"], r"(?i)humanity|cmake")
        target = self.folder / "deb"
        run("dpkg-deb", "-x", package, target)
        self.assertEqual({path.name for path in target.iterdir()}, {"usr"})
        self.check_program(target / "usr")
        self.check_pages(target / "usr", "share/zsh/vendor-completions/_strobe")
        self.assertTrue((target / "usr/share/doc/strobe/copyright").is_file())

    @unittest.skipUnless(os.geteuid() == 0, "dpkg wants to be root; the package's content is tested above")
    def test_dpkg_takes_the_package_and_gives_it_back(self):
        root = self.folder / "root"
        admin = root / "var/lib/dpkg"
        (admin / "updates").mkdir(parents=True)
        (admin / "info").mkdir()
        for name in ("status", "available"):
            (admin / name).touch()
        (root / "usr").mkdir()
        dpkg = ("dpkg", f"--instdir={root}", f"--admindir={admin}", "--log=/dev/null", "--force-depends")
        run(*dpkg, "--install", self.package("*.deb"))
        self.assertIn("strobe", run(root / "usr/bin/strobe", "--version"))
        run(*dpkg, "--remove", "strobe")
        self.assertFalse((root / "usr/bin/strobe").exists())

    def unit(self, prefix, kind):
        """A unit with the program's path in it, as systemd would find it along its own path."""
        text = (prefix / f"lib/systemd/{kind}/strobe.service").read_text()
        self.assertEqual(len(re.findall(r"^ExecStart=strobe serve", text, re.MULTILINE)), 1)
        return text

    def test_systemd_accepts_the_units(self):
        prefix = self.prefix("units")
        for kind in ("system", "user"):
            folder = self.folder / f"unit-{kind}"
            folder.mkdir()
            unit = folder / "strobe.service"
            unit.write_text(self.unit(prefix, kind).replace("ExecStart=strobe", f"ExecStart={prefix}/bin/strobe"))
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--{kind}", unit], capture_output=True, text=True,
                                  timeout=SECONDS_MAX, env=os.environ | {"XDG_RUNTIME_DIR": str(folder)})
            about_us = [line for line in done.stderr.splitlines() if "strobe" in line]
            self.assertEqual((done.returncode, about_us), (0, []), done.stderr)

    def test_the_units_command_serves_and_stops(self):
        prefix = self.prefix("served")
        state = self.folder / "state"
        (state / "strobe").mkdir(parents=True)
        text = self.unit(prefix, "system")
        command = re.search(r"^ExecStart=strobe (.*)$", text, re.MULTILINE)[1].replace("%S", str(state)).split()
        environment = self.environment(self.folder / "home-unit") | {"STROBE_LISTEN": "127.0.0.1:0"}
        server = subprocess.Popen([prefix / "bin/strobe", *command], env=environment, stderr=subprocess.PIPE, text=True)
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())[0]
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            self.assertEqual(opener.open(f"{address}/healthz", timeout=20).status, 200)
            self.assertTrue((state / "strobe/strobe.db").is_file())
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(timeout=15), 0)
        finally:
            server.kill()
            server.communicate()


if __name__ == "__main__":
    if not shutil.which("systemd-analyze"):
        sys.exit("install_test: systemd-analyze is missing (package systemd)")
    unittest.main()

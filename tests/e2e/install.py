"""Installs the agents' SDKs: `install.sh [--relock] [ENVIRONMENT...]`, all of them when none is named."""

from __future__ import annotations

import argparse
import sys

from environments import InstallError, install, load_environments
from scenarios import QUICK


def main() -> int:
    environments = load_environments()
    parser = argparse.ArgumentParser(prog="install.sh", description="installs the SDKs of the end-to-end tests")
    parser.add_argument("--relock", action="store_true", help="resolve versions.json anew and rewrite locks/")
    parser.add_argument("--quick", action="store_true", help="only those of run_agents.py --quick")
    parser.add_argument("names", nargs="*", metavar="ENVIRONMENT", help=", ".join(environments))
    options = parser.parse_args()
    unknown = set(options.names) - set(environments)
    if unknown:
        parser.error(f"no such environment: {', '.join(sorted(unknown))}")
    failed = False
    for name in options.names or (QUICK if options.quick else environments):
        try:
            if install(environments[name], relock=options.relock):
                print(f"installed {name}")
        except (InstallError, OSError) as problem:
            print(f"install.sh: {name}: {problem}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

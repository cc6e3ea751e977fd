#!/usr/bin/env python3
"""An agent for `strobe run`: sends what agent.Agent says to the endpoint that it finds in its environment, and writes into a
journal what was sent and what was acknowledged, a line each, before and after. It holds a lock on the journal as long as it
lives.

    strobe run -- tests/crash/run_agent.py SEED NUMBER REQUESTS JOURNAL"""

import fcntl
import os
import sys
import time
from urllib.parse import urlsplit

from agent import Agent
from load import HttpJson, HttpProtobuf

PATIENCE_SECONDS = 3  # without an answer: the server was killed
PAUSE_SECONDS = 0.02


def main(seed, number, requests, journal):
    where = urlsplit(os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"])
    parent = os.getppid()
    resource = dict(pair.split("=", 1) for pair in os.environ["OTEL_RESOURCE_ATTRIBUTES"].split(","))
    agent, wire = Agent(seed, int(number), resource=resource), (HttpJson, HttpProtobuf)[int(number) % 2]()
    with open(journal, "a", buffering=1) as lines:
        fcntl.flock(lines, fcntl.LOCK_EX)
        for at in range(int(requests)):
            request = agent.request()
            lines.write(f"sent {at}\n")
            give_up = time.monotonic() + PATIENCE_SECONDS
            while not wire.send((where.hostname, where.port), request, at % 2 == 0):
                if time.monotonic() > give_up or os.getppid() != parent:
                    return 0
                time.sleep(PAUSE_SECONDS)
            lines.write(f"acknowledged {at}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

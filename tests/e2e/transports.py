#!/usr/bin/env python3
"""The transport makes no difference: the same bytes sent over OTLP/HTTP and over OTLP/gRPC, to the port of HTTP and to
gRPC's own, are shown byte for byte the same; and a program under `strobe run` that speaks gRPC only is recorded.

    tests/e2e/transports.py --strobe build/bin/strobe"""

import argparse
import contextlib
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "crash"))
from agent import Agent
from grpc_client import GrpcConnection

SECONDS_MAX = 60


def requests():
    """Three requests of one agent, as protobuf."""
    agent = Agent("transports", 1, signals=("traces",))
    return [agent.request().protobuf for _ in range(3)]


@contextlib.contextmanager
def serving(strobe, store):
    """(URL, gRPC address) of a server for the store."""
    server = subprocess.Popen([strobe, "--store", store, "serve", "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0"],
                              stderr=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://[\d.:]+", server.stderr.readline()).group()
        grpc = re.search(r"[\d.]+:\d+", server.stderr.readline()).group()
        yield url, grpc
    finally:
        server.terminate()
        server.communicate(timeout=SECONDS_MAX)


def address(text):
    host, port = text.removeprefix("http://").split(":")
    return host, int(port)


def send_http(url, message, zipped):
    headers = {"Content-Type": "application/x-protobuf"} | ({"Content-Encoding": "gzip"} if zipped else {})
    post = urllib.request.Request(url + "/v1/traces", gzip.compress(message) if zipped else message, headers)
    with urllib.request.urlopen(post, timeout=SECONDS_MAX) as answer:
        return answer.status == 200


def send_grpc(where, message, zipped):
    connection = GrpcConnection(address(where), SECONDS_MAX)
    went_well, _ = connection.call(gzip.compress(message) if zipped else message, zipped)
    connection.close()
    return went_well


def shown(strobe, store):
    done = subprocess.run([strobe, "--store", store, "--json", "show", "last"], capture_output=True, timeout=SECONDS_MAX)
    if done.returncode != 0:
        raise SystemExit(f"show failed: {done.stderr.decode()}")
    return done.stdout


def same_by_any_way(strobe, folder):
    ways = {"HTTP": lambda url, grpc, *rest: send_http(url, *rest), "gRPC": lambda url, grpc, *rest: send_grpc(grpc, *rest),
            "gRPC on the port of HTTP": lambda url, grpc, *rest: send_grpc(url, *rest)}
    answers = {}
    for number, (way, send) in enumerate(ways.items()):
        store = f"{folder}/{number}.db"
        with serving(strobe, store) as (url, grpc):
            for at, message in enumerate(requests()):
                if not send(url, grpc, message, at % 2 == 1):
                    raise SystemExit(f"{way}: not acknowledged")
        answers[way] = shown(strobe, store)
        spans = len(json.loads(answers[way])["spans"])
        print(f"{way}: {spans} spans, {len(answers[way])} bytes of show --json")
    return len(set(answers.values())) == 1 and spans > 3


def a_run_takes_grpc(strobe, folder):
    """The child is told an endpoint and its wish for gRPC is left alone."""
    store = f"{folder}/run.db"
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).resolve().parent)!r}); import transports; transports.child()"
    done = subprocess.run([strobe, "--store", store, "run", "--", sys.executable, "-c", code], capture_output=True, text=True,
                          timeout=SECONDS_MAX, env=os.environ | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    print(f"run: code {done.returncode}, {done.stdout.strip()}")
    return done.returncode == 0 and done.stdout == "grpc: acknowledged\n" and "LLM calls" in done.stderr


def child():
    went_well = send_grpc(os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"], requests()[0], False)
    print(f"{os.environ['OTEL_EXPORTER_OTLP_PROTOCOL']}: {'acknowledged' if went_well else 'refused'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strobe", required=True)
    strobe = parser.parse_args().strobe
    with tempfile.TemporaryDirectory(prefix="strobe-transports-") as folder:
        results = {"the same by any way": same_by_any_way(strobe, folder), "a run takes gRPC": a_run_takes_grpc(strobe, folder)}
    for name, is_right in results.items():
        print(f"{'ok' if is_right else 'FAILED'}: {name}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

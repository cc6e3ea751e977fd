#!/bin/sh
# Runs a real agent (Vercel AI SDK, or Python with OpenInference) against a local stand-in model, records it with
# Strobe and shows what came of it. Needs no key and talks to nothing but this machine once the SDK is installed.
#
#   scripts/demo.sh [vercel-v6|vercel-v5|openinference]
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
agent=${1:-vercel-v6}
strobe=${STROBE:-$top/build/bin/strobe}
if [ ! -x "$strobe" ]; then
  echo "demo: $strobe is not built yet; build it first (make)" >&2
  exit 1
fi
"$top/tests/e2e/install.sh" "$agent"
exec python3 "$top/tests/e2e/demo.py" --strobe "$strobe" --agent "$agent"

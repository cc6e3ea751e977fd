#!/bin/sh
# Installs the SDKs that the agents of the end-to-end tests use; does nothing when they are there already.
exec python3 "$(dirname "$0")/install.py" "$@"

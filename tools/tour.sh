#!/usr/bin/env bash
# Walks the README's tour against a server of its own: every block marked `bash`, in order. Fails when a command
# does.
#
# HEARBACK_BIN   the program (target/debug/hearback, built when it is not given)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/server.sh"

# every request must succeed but those that are refused on purpose
awk '/^```bash$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" |
    sed -e 's/curl -sS/curl -sS --fail-with-body/' -e 's/# refused$/|| true/' > "$work/tour.sh"
start
url=$url/api/v1 password=$password bash -euo pipefail "$work/tour.sh"
healthy

#!/usr/bin/env bash
# Checks the OpenAPI document with three linters, then a running server against the document with generated
# requests. Fails on any finding, warnings included.
#
#   tools/openapi/check.sh          both, on a server of its own
#   tools/openapi/check.sh lint     the linters alone
#   tools/openapi/check.sh run      the generated requests alone
#
# HEARBACK_BIN       the program (target/debug/hearback, built when it is not given)
# HEARBACK_TOOLS     where the tools are kept (~/.cache/hearback-tools)
# EXAMPLES, SEED   how much is tried (3 an operation beside those of the document and its limits), and what with
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
what=${1:-all}

# the tools, once for each state of the lock files
tools=${HEARBACK_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/hearback-tools}/$(
    cat "$here"/package-lock.json "$here"/requirements.txt | sha256sum | cut -c1-16)
if [ ! -e "$tools/complete" ]; then
    echo "== installing the tools into $tools"
    mkdir -p "$tools"
    cp "$here"/package.json "$here"/package-lock.json "$tools"/
    (cd "$tools" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    python3 -m venv "$tools/python"
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
    touch "$tools/complete"
fi

. "$root/tools/server.sh"

lint() {
    export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
    local document=$work/openapi.json
    "$HEARBACK_BIN" openapi > "$document"
    echo "== Redocly, recommended-strict"
    "$tools/node_modules/.bin/redocly" lint --config "$root/redocly.yaml" "$document"
    echo "== Spectral, oas"
    "$tools/node_modules/.bin/spectral" lint "$document" --ruleset "$root/.spectral.yaml" --fail-severity=hint
    echo "== openapi-spec-validator"
    "$tools/python/bin/python" -m openapi_spec_validator --subschema-errors all "$document"
}

# What takes the caller's own access away goes last, each with a session of its own: of before, as many failures
# to sign in lock the door.
own='^/api/v1/auth/(logout|password)$'
# How many of all operations must have succeeded at least once: else the requests go nowhere.
floor=185

# Sends generated requests; says what was found, and nothing else.
try() {
    # one worker: with more, Python 3.11 loses count of its own recursion
    (cd "$work" && SCHEMATHESIS_HOOKS=$here/hooks.py "$tools/python/bin/st" --config-file "$here/schemathesis.toml" \
        run "$url/openapi.json" --url "$url" --header "Authorization: Bearer $token" --checks all \
        --seed "${SEED:-1}" --max-examples "${EXAMPLES:-3}" --workers 1 --warnings off \
        --continue-on-failure --no-color "$@") > "$work/said" 2>&1 && return
    sed -n '/^=* \(ERRORS\|FAILURES\) =*$/,/^=* SUMMARY =*$/p' "$work/said" | cut -c1-300 | head -n 400
    tail -n 3 "$work/said"
    return 1
}

# Says how many operations succeeded, and which did not; fails when they are too few.
deep() {
    python3 - "$HEARBACK_REPORT" "$floor" << 'EOF'
import collections, json, sys
seen = collections.defaultdict(set)
for line in open(sys.argv[1]):
    row = json.loads(line)
    seen[row["operation"]].update(row["answers"])
deep = {operation for operation, statuses in seen.items() if any(status[0] == "2" for status in statuses)}
print(f"== {len(deep)} of {len(seen)} operations succeeded at least once")
for operation in sorted(seen.keys() - deep):
    print("   never:", operation, *sorted(seen[operation]))
sys.exit(len(deep) < int(sys.argv[2]))
EOF
}

run() {
    export HEARBACK_PASSWORD_COST=8 # many sign in
    populate
    start
    export HEARBACK_URL=$url HEARBACK_PASSWORD=$password HEARBACK_REPORT=$work/answers
    echo "== schemathesis, all checks, against $url"
    local failed=0 main=$token
    sign_in
    local logout=$token
    sign_in
    local password_change=$token
    token=$main try --exclude-path-regex "$own" || failed=1
    # an access token lives for ten minutes, and so at most do these
    token=$logout try --include-path "/api/v1/auth/logout" --phases examples,coverage || failed=1
    token=$password_change try --include-path "/api/v1/auth/password" --phases examples,coverage || failed=1
    deep || failed=1
    healthy || failed=1
    return "$failed"
}

case $what in
    all) lint; run ;;
    lint) lint ;;
    run) run ;;
    *) sed -n '2,12p' "$0"; exit 2 ;;
esac

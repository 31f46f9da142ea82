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
# EXAMPLES, SECONDS_LIMIT, SEED   how much is tried (40 an operation, 420 s), and what with
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

if [ -z "${HEARBACK_BIN:-}" ]; then
    (cd "$root" && cargo build --quiet)
    HEARBACK_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/hearback
fi

work=$(mktemp -d /tmp/hearback-check.XXXXXX)
server=
finish() {
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT

lint() {
    export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
    local document=$work/openapi.json
    "$HEARBACK_BIN" openapi > "$document"
    echo "== Redocly, recommended-strict"
    "$tools/node_modules/.bin/redocly" lint --config "$root/redocly.yaml" "$document"
    echo "== Spectral, oas"
    "$tools/node_modules/.bin/spectral" lint "$document" --ruleset "$root/.spectral.yaml" --fail-severity=hint
    echo "== openapi-spec-validator"
    "$tools/python/bin/python" -m openapi_spec_validator --subschema-errors "$document"
}

start() {
    local port password
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    password=$(python3 -c 'import secrets; print(secrets.token_urlsafe(24))')
    url=http://127.0.0.1:$port
    env -u DATABASE_URL -u DATABASE_READ_URL -u HEARBACK_SECRET \
        HEARBACK_BIND="127.0.0.1:$port" HEARBACK_DATA_DIR="$work/home" RUST_LOG=warn,actix_http=off \
        HEARBACK_ADMIN_EMAIL=admin@hearback.local HEARBACK_ADMIN_PASSWORD="$password" \
        "$HEARBACK_BIN" > "$work/server.log" 2>&1 &
    server=$!
    for _ in $(seq 300); do
        curl -fso /dev/null "$url/readyz" && break
        kill -0 "$server" 2>/dev/null || { cat "$work/server.log"; exit 1; }
        sleep 0.2
    done
    token=$(curl -fsS "$url/api/v1/auth/login" -H 'Content-Type: application/json' \
        -d "{\"email\": \"admin@hearback.local\", \"password\": \"$password\"}" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
}

run() {
    chmod 711 "$work" # the account of the private PostgreSQL passes through
    start
    echo "== schemathesis, all checks, against $url"
    local failed=0
    # an access token lives for ten minutes, and so at most does the run
    (cd "$work" && "$tools/python/bin/st" --config-file "$here/schemathesis.toml" run "$url/openapi.json" --url "$url" \
        --header "Authorization: Bearer $token" --checks all --seed "${SEED:-1}" \
        --max-examples "${EXAMPLES:-40}" --max-time "${SECONDS_LIMIT:-420}" --workers 2 \
        --continue-on-failure --no-color) || failed=$?
    if grep -E "ERROR|panicked" "$work/server.log"; then
        echo "the server's log has errors"
        failed=1
    fi
    curl -fsSo /dev/null "$url/readyz"
    return "$failed"
}

case $what in
    all) lint; run ;;
    lint) lint ;;
    run) run ;;
    *) sed -n '2,12p' "$0"; exit 2 ;;
esac

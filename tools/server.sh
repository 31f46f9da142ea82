# A server of one's own for scripts: `. tools/server.sh`, then `start`, after `populate` if it shall have something
# to look at. It ends with the script.
# Wants $root; gives $work (a folder), $url, $password and $token of the administrator, and `healthy`.

if [ -z "${HEARBACK_BIN:-}" ]; then
    (cd "$root" && cargo build --locked --quiet)
    HEARBACK_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/hearback
fi

work=$(mktemp -d /tmp/hearback-XXXXXX)
chmod 711 "$work" # the account of the private PostgreSQL passes through
server=
finish() {
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
password=$(python3 -c 'import secrets; print(secrets.token_urlsafe(24))')
url=http://127.0.0.1:$port

# Becomes the program, in a home of its own.
become() {
    exec env -u DATABASE_URL -u DATABASE_DIRECT_URL -u DATABASE_READ_URL -u HEARBACK_SECRET \
        HEARBACK_BIND="127.0.0.1:$port" HEARBACK_DATA_DIR="$work/home" RUST_LOG=warn,actix_http=off \
        HEARBACK_ADMIN_EMAIL=admin@hearback.local HEARBACK_ADMIN_PASSWORD="$password" \
        "$HEARBACK_BIN" "$@"
}

# Fills the home with people, customers and feedback in every status.
populate() {
    (become demo > "$work/demo.log" 2>&1) || { cat "$work/demo.log"; exit 1; }
}

start() {
    become > "$work/server.log" 2>&1 &
    server=$!
    for _ in $(seq 300); do
        curl -fso /dev/null "$url/readyz" && break
        kill -0 "$server" 2>/dev/null || { cat "$work/server.log"; exit 1; }
        sleep 0.2
    done
    sign_in
}

# Signs the administrator in, and gives $token.
sign_in() {
    token=$(curl -fsS "$url/api/v1/auth/login" -H 'Content-Type: application/json' \
        -d "{\"email\": \"admin@hearback.local\", \"password\": \"$password\"}" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
}

# Fails when the server is not ready any more, or has written of errors.
healthy() {
    curl -fsSo /dev/null "$url/readyz"
    if grep -E "ERROR|panicked" "$work/server.log"; then
        echo "the server's log has errors"
        return 1
    fi
}

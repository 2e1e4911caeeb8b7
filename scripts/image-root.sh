#!/usr/bin/env bash
# Shows the image at work where no container engine is. It lays out what deploy/Dockerfile's last stage holds (the program, the
# C library it needs, a user and /data) in a folder, and runs that as the image would: the folder as a read-only root, the user
# 10001 without any right, /data and a small /tmp the only places that can be written, the image's own variables.
#   scripts/image-root.sh [PROGRAM]
# What is shown: the program needs nothing else; it serves, and its health check says so, also with a secret in a file; the
# default command speaks MCP; nothing is written beside /data. What is not shown: Docker's own reading of the Dockerfile
# (hadolint has read it), and the base image's other files.
source "$(dirname "$0")/lib.sh"

program="${1:-target/debug/orderdesk-mcp}"
[ -x "$program" ] || fail "there is no program $program: run 'cargo build' first"
have bwrap || need_package bubblewrap "bubblewrap"
if ! bwrap --ro-bind / / true 2>/dev/null; then
    say "skipped: this machine lets nobody make a root folder of their own"
    exit 0
fi

work="$(mktemp -d)"
served=""
finish() {
    [ -z "$served" ] || { kill "$served" 2>/dev/null && wait "$served"; } || true
    rm -rf "$work"
}
trap finish EXIT
root="$work/root"
mkdir -p "$root"/{usr/local/bin,etc,data,tmp,proc,dev,run/secrets} "$work/data"
install -m 755 "$program" "$root/usr/local/bin/orderdesk-mcp"
# The libraries, each where the program looks for it.
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    install -D -m 755 "$library" "$root$library"
done
echo 'orderdesk:x:10001:10001::/data:/usr/sbin/nologin' >"$root/etc/passwd"
echo 'orderdesk:x:10001:' >"$root/etc/group"
"$program" keygen >"$root/run/secrets/root_key"
chmod -R go-w "$root"
chmod 444 "$root/run/secrets/root_key"
if [ "$(id -u)" = 0 ]; then
    chown -R 10001:10001 "$work/data"
    chmod 711 "$work"
fi

port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"

# within COMMAND...: runs one with the folder as its root, as the user of the image.
within() {
    local privileges=(--unshare-user --uid 10001 --gid 10001)
    # Root becomes the user itself: its files are that user's then.
    if [ "$(id -u)" = 0 ]; then privileges=(); fi
    as_the_user bwrap "${privileges[@]}" --ro-bind "$root" / --bind "$work/data" /data --tmpfs /tmp --proc /proc --dev /dev \
        --unshare-pid --unshare-ipc --cap-drop ALL --die-with-parent --chdir /data --clearenv \
        --setenv PATH /usr/local/bin --setenv HOST 0.0.0.0 --setenv PORT "$port" --setenv HOME /data \
        --setenv DATABASE_URL sqlite:///data/app.db --setenv MCP_KMS_KEY_FILE /run/secrets/root_key --setenv BCRYPT_COST 4 \
        "$@"
}

as_the_user() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs "$@"
    else
        "$@"
    fi
}

say "nothing is served yet, and the health check says so"
if within orderdesk-mcp doctor --live >"$work/told"; then fail "the health check is content with nothing"; fi
cat "$work/told"

say "serve, as uid 10001 on a read-only root"
within orderdesk-mcp serve --output json >"$work/serve" 2>"$work/log" &
served=$!
for _ in $(seq 100); do
    if within orderdesk-mcp doctor --live >"$work/told" 2>/dev/null; then break; fi
    sleep 0.1
done
within orderdesk-mcp doctor --live || { cat "$work/log" >&2; fail "the server does not answer"; }
key="$(within orderdesk-mcp tenant create --name Ada --output json | python3 -c 'import json, sys; print(json.load(sys.stdin)["master_key"])')"
within --setenv MCP_MASTER_KEY "$key" orderdesk-mcp call stores_list --args '{}' >/dev/null

say "the default command speaks MCP"
hello='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"image","version":"1"}}}'
within --setenv MCP_MASTER_KEY "$key" orderdesk-mcp stdio <<<"$hello" 2>/dev/null | grep -q '"serverInfo"' ||
    fail "initialize was not answered"

say "a backup while it runs"
within orderdesk-mcp backup /data/copy.db

say "nothing was written beside /data"
changed="$(find "$root" -newer "$root/run/secrets/root_key" -type f)"
[ -z "$changed" ] || fail "written: $changed"
ls "$work/data"

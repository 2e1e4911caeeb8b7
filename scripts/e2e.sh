#!/usr/bin/env bash
# Runs the official MCP clients, sign-ins by URL alone and pages in Chromium (stories), the MCP conformance suite
# (conformance), or both (all), against the debug build. `clients` signs in with every client there is, also with those that
# are too large for continuous integration; options are handed on to e2e/oauth/run.mjs. The clients come from npm and PyPI by the lock files in e2e/; Node and Python are the only things
# needed before. Chromium is installed as a package where that is allowed; E2E_CHROMIUM names another one.
source "$(dirname "$0")/lib.sh"

what="${1:-all}"
case "$what" in stories | conformance | clients | all) ;; *) fail "usage: scripts/e2e.sh [stories|conformance|clients|all]" ;; esac
[ $# = 0 ] || shift

{ have node && have npm; } || fail "Node is missing (20 or newer, with npm): see https://nodejs.org"
have python3 || fail "Python is missing (3.11 or newer, with venv)"

if [ "$what" != conformance ] && [ "$what" != clients ] && [ -z "${E2E_CHROMIUM:-}" ]; then
    have chromium || need_package chromium "the browser Chromium"
fi

install_clients() {
    local lock="e2e/package-lock.json" marker="e2e/node_modules/.installed"
    if ! cmp -s "$lock" "$marker"; then
        say "installing the Node clients"
        npm ci --prefix e2e --ignore-scripts --no-fund --no-audit --loglevel=error
        cp "$lock" "$marker"
    fi
    lock="e2e/requirements.txt" marker="e2e/.venv/.installed"
    if ! cmp -s "$lock" "$marker"; then
        say "installing the Python client"
        python3 -m venv e2e/.venv || fail "Python's venv module is missing: run 'sudo apt-get install python3-venv'"
        e2e/.venv/bin/pip install --quiet --require-hashes --requirement "$lock"
        cp "$lock" "$marker"
    fi
}

install_large_clients() {
    local lock="e2e/oauth/package-lock.json" marker="e2e/oauth/node_modules/.installed"
    if ! cmp -s "$lock" "$marker"; then
        say "installing the large clients"
        npm ci --prefix e2e/oauth --ignore-scripts --no-fund --no-audit --loglevel=error
        cp "$lock" "$marker"
    fi
    export E2E_RMCP="${CARGO_TARGET_DIR:-$PWD/target}/rmcp/debug/rmcp-oauth-client"
    CARGO_TARGET_DIR="${E2E_RMCP%/debug/*}" cargo build --locked --quiet --manifest-path e2e/oauth/rmcp/Cargo.toml
}

# Two runs at once must not install into the same folders at the same time.
if have flock; then
    (
        flock 9
        install_clients
    ) 9>e2e/.lock
else
    install_clients
fi

# The conformance suite and the Inspector need Node 22.
node=node
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 22 ]; then
    node="$PWD/e2e/node_modules/.bin/node"
    "$node" --version >/dev/null || fail "Node 22 is missing, and npm has none packaged for this machine"
fi

if [ -z "${ORDERDESK_MCP:-}" ]; then
    cargo build --locked
fi

case "$what" in
stories) "$node" e2e/stories.mjs && "$node" e2e/oauth/run.mjs ;;
conformance) "$node" e2e/conformance.mjs ;;
clients)
    install_large_clients
    "$node" e2e/oauth/run.mjs --all "$@"
    ;;
all) "$node" e2e/stories.mjs && "$node" e2e/oauth/run.mjs && "$node" e2e/conformance.mjs ;;
esac

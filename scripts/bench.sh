#!/usr/bin/env bash
# Measures the release build on this machine. Prints figures and judges none.
source "$(dirname "$0")/lib.sh"

have node || fail "Node is missing (20 or newer): see https://nodejs.org"
if [ -z "${ORDERDESK_MCP:-}" ]; then
    cargo build --release --locked
    export ORDERDESK_MCP="$PWD/target/release/orderdesk-mcp"
fi
node bench/bench.mjs

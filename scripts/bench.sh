#!/usr/bin/env bash
# Measures the program as it is shipped (profile dist) on this machine. Prints figures and judges none. Arguments choose sections of bench/bench.mjs.
source "$(dirname "$0")/lib.sh"

have node || fail "Node is missing (20 or newer): see https://nodejs.org"
if [ -z "${ORDERDESK_MCP:-}" ]; then
    # With what it is compared with, what loads it, and the engine by itself: one build for all of them.
    cargo build --profile dist --locked -p orderdesk-mcp -p od-mcp -p od-engine \
        --bins --example load --example bare --example upstream --example mirror --example tokens
    export ORDERDESK_MCP="$PWD/target/dist/orderdesk-mcp"
fi
node bench/bench.mjs "$@"

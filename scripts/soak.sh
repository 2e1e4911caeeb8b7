#!/usr/bin/env bash
# Three replicas that a thousand webhooks are posted to, and three under load and trouble, for an hour or as long as --minutes says; see
# bench/webhooks.mjs and bench/soak.mjs. Needs PostgreSQL's and Redis's programs.
source "$(dirname "$0")/lib.sh"

have node || fail "Node is missing (20 or newer): see https://nodejs.org"
need_postgresql
need_redis
if [ -z "${ORDERDESK_MCP:-}" ]; then
    cargo build --release --locked
    export ORDERDESK_MCP="$PWD/target/release/orderdesk-mcp"
fi
node bench/webhooks.mjs
node bench/soak.mjs "$@"

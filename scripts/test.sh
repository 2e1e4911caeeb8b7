#!/usr/bin/env bash
# Every Rust test. The tests start what they need on loopback themselves; PostgreSQL's and Redis's programs are installed here.
source "$(dirname "$0")/lib.sh"

need_postgresql
need_redis

if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked --no-fail-fast
else
    cargo test --workspace --locked --no-fail-fast --lib --bins --tests
fi
cargo test --workspace --locked --doc --quiet

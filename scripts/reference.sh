#!/usr/bin/env bash
# Writes the files that are generated from the code. With --check, fails when a committed one is stale.
source "$(dirname "$0")/lib.sh"

program="${ORDERDESK_MCP:-}"
if [ -z "$program" ]; then
    cargo build --locked
    program=target/debug/orderdesk-mcp
fi

# write FILE COMMAND...: the file is what the program prints.
write() {
    local file="$1"
    shift
    if [ "$mode" = --check ]; then
        "$program" "$@" | diff -u "$file" - || fail "$file is stale: run 'make reference'"
    else
        mkdir -p "$(dirname "$file")"
        "$program" "$@" >"$file.new"
        mv "$file.new" "$file"
    fi
}

mode="${1:-}"
write .env.example config reference --output env
write docs/configuration.md config reference --output markdown
write docs/tools.md reference tools
write docs/errors.md reference errors
write docs/metrics.md reference metrics
write docs/commands.md reference commands

# One recorded call of every tool. A test compares them, so there is nothing to check here.
if [ "$mode" != --check ]; then
    ORDERDESK_WRITE_EXAMPLES=1 cargo test --quiet --locked -p od-mcp --test it examples::
fi

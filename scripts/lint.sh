#!/usr/bin/env bash
# Formatting, clippy, documentation, links and shell scripts; a warning is an error.
source "$(dirname "$0")/lib.sh"

say "formatting"
cargo fmt --all --check

say "clippy"
cargo clippy --workspace --all-targets --locked -- -D warnings

say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

say "links"
python3 scripts/check_links.py

if have systemd-analyze; then
    say "units"
    # The program need not be installed where it is linted. A misspelt key is a remark, and no failure of the tool.
    units="$(mktemp -d)"
    for unit in deploy/*.service deploy/*.timer; do
        sed 's|/usr/local/bin/orderdesk-mcp|/bin/true|' "$unit" >"$units/${unit##*/}"
    done
    remarks="$(systemd-analyze verify "$units"/* 2>&1)" || true
    rm -r "$units"
    [ -z "$remarks" ] || fail "$remarks"
fi

if have shellcheck; then
    say "shell scripts"
    shellcheck .ci/run scripts/*.sh findings/*.sh
fi

#!/usr/bin/env bash
# Formatting, clippy, documentation, links, packaging and shell scripts; a warning is an error.
source "$(dirname "$0")/lib.sh"

say "formatting"
cargo fmt --all --check

say "clippy"
cargo clippy --workspace --all-targets --locked -- -D warnings

say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

say "links"
python3 scripts/check_links.py

scripts/packaging.sh

if have shellcheck; then
    say "shell scripts"
    shellcheck .ci/run scripts/*.sh findings/*.sh
fi

#!/usr/bin/env bash
# Prepares or reports line coverage of everything that runs in between, the end-to-end stories included.
#
#   source <(scripts/coverage.sh env)    later cargo commands build instrumented programs, in their own target folder
#   scripts/coverage.sh report PERCENT   prints the table and fails below PERCENT
source "$(dirname "$0")/lib.sh"

# rustc's profile can only be read by the LLVM tools of its own major version.
llvm_tools() {
    local major folder
    major="$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
    for folder in "$(dirname "$(rustc --print target-libdir)")/bin" "/usr/lib/llvm-$major/bin"; do
        if [ -x "$folder/llvm-cov" ]; then
            echo "$folder"
            return
        fi
    done
    if [ "$(id -u)" = 0 ] && { apt_get update && apt_get install --no-install-recommends "llvm-$major"; } >&2; then
        echo "/usr/lib/llvm-$major/bin"
    elif rustup component add llvm-tools >&2; then
        llvm_tools
    else
        fail "coverage needs LLVM's tools: run 'rustup component add llvm-tools' or install llvm-$major"
    fi
}

case "${1:-}" in
env)
    cargo llvm-cov --version >/dev/null 2>&1 || cargo install --quiet --locked cargo-llvm-cov >&2
    tools="$(llvm_tools)"
    cat <<EOF
export CARGO_TARGET_DIR='$PWD/target/coverage' LLVM_COV='$tools/llvm-cov' LLVM_PROFDATA='$tools/llvm-profdata'
EOF
    CARGO_TARGET_DIR="$PWD/target/coverage" cargo llvm-cov show-env --sh
    ;;
report)
    cargo llvm-cov report --fail-under-lines "${2:?percent}" --ignore-filename-regex '/tests\.rs$|/tests/'
    ;;
*) fail "usage: scripts/coverage.sh env | report PERCENT" ;;
esac

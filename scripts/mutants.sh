#!/usr/bin/env bash
# Changes the code that .cargo/mutants.toml names, one place at a time, and tells which changes no test noticed.
#
#   scripts/mutants.sh                  every crate that is named there
#   scripts/mutants.sh CRATE [K/N]      one of them; of it the K-th of N parts, counted from 0: a sample of every file
#
# Prints a table by file and fails when more than 2 in 100 survive. What survived and the log of every change stay in
# target/mutants/CRATE/mutants.out. Takes seconds for each change, and there are more than a thousand.
source "$(dirname "$0")/lib.sh"

SURVIVORS_LIMIT=2
crates="$(sed -n 's|^ *"crates/\([^/]*\)/.*|\1|p' .cargo/mutants.toml | uniq | tr '\n' ' ')"

cargo mutants --version >/dev/null 2>&1 ||
    fail "cargo-mutants is missing: run 'cargo install --locked cargo-mutants'"

# A line for each file, and the sum, from the lists that cargo-mutants wrote. Fails when too many survived.
table() {
    awk -F: '
        FNR == 1 { split(FILENAME, path, "/"); kind = path[length(path)]; sub(/\.txt$/, "", kind) }
        { files[$1]; count[$1, kind]++; count["all", kind]++ }
        function row(name) {
            return sprintf("%-44s %6d %7d %9d %5d %9d", name,
                count[name, "caught"] + count[name, "missed"] + count[name, "timeout"] + count[name, "unviable"],
                count[name, "caught"], count[name, "missed"], count[name, "timeout"], count[name, "unviable"])
        }
        END {
            printf "%-44s %6s %7s %9s %5s %9s\n", "", "tried", "caught", "survived", "hung", "unviable"
            fflush()
            for (name in files) print row(name) | "sort"
            close("sort")
            print row("all")
            judged = count["all", "caught"] + count["all", "missed"] + count["all", "timeout"]
            exit count["all", "missed"] * 100 > judged * '"$SURVIVORS_LIMIT"'
        }' "$@"
}

if [ -n "${1:-}" ]; then
    [[ " $crates" == *" $1 "* ]] || fail "'$1' is not judged; crates: $crates"
    crates="$1"
fi
options=(--no-shuffle)
if [ -n "${2:-}" ]; then
    options+=(--shard "$2" --sharding round-robin)
fi
# It stops at the first test that notices.
if cargo nextest --version >/dev/null 2>&1; then
    options+=(--test-tool nextest)
fi

# Here, and not in the copies of the tree that are built: dependencies are compiled once.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target/mutants/build}"
# Nobody reads a backtrace of a changed program.
export CARGO_PROFILE_DEV_DEBUG=false

lists=()
for crate in $crates; do
    say "$crate"
    output="$PWD/target/mutants/$crate"
    mkdir -p "$output"
    outcome=0
    cargo mutants --package "$crate" --output "$output" "${options[@]}" || outcome=$?
    # 2 and 3 say that changes survived or hung.
    [ "$outcome" = 0 ] || [ "$outcome" = 2 ] || [ "$outcome" = 3 ] || fail "$crate could not be judged"
    lists+=("$output"/mutants.out/{caught,missed,timeout,unviable}.txt)
done

say "by file"
table "${lists[@]}" || fail "more than $SURVIVORS_LIMIT in 100 survived: they are in target/mutants/*/mutants.out/missed.txt"

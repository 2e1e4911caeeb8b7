#!/usr/bin/env bash
# parsecurrency 1.1.1 (Node). An amount below one that is written without a zero in front is a hundred times too large: the
# point is taken for a part of the currency's sign. No error, and the sign comes back as "$.".
#
# Seen on 29 November 2026, Node 20:
#   $0.50 is 0.5 of $
#   $.50 is 50 of $.
#   £.75 is 75 of £.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . parsecurrency@1.1.1

cat > client.cjs <<'JS'
const parse = require("parsecurrency");

for (const amount of ["$0.50", "$.50", "£.75"]) {
  const { value, symbol } = parse(amount);
  console.log(amount, "is", value, "of", symbol);
}
JS
# shellcheck disable=SC2016 # amounts in dollars are no variables
expected='$0.50 is 0.5 of $
$.50 is 50 of $.
£.75 is 75 of £.'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

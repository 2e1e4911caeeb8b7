#!/usr/bin/env bash
# number-currency-format 1.0.10 (Node). An amount with one decimal is read without its point: 12.5 is 125, ten times as much,
# and so is what format itself writes with one decimal or with AS_IS, which keeps the decimals of a number as they are. Two
# decimals are right, and so is one after a zero or in an amount with groups of thousands; naming the separator helps. No error.
#
# Seen on 30 November 2026, Node 20:
#   12.50 is 12.5
#   12.5 is 125
#   -12,5 € is -125
#   0.5 is 0.5
#   1.234,5 is 1234.5
#   12.5, with decimalSeparator ".", is 12.5
#   format(19.9, AS_IS) writes 19.9 €, which is read as 199
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . number-currency-format@1.0.10

cat > client.cjs <<'JS'
const { format, unformat } = require("number-currency-format");

for (const text of ["12.50", "12.5", "-12,5 €", "0.5", "1.234,5"]) console.log(text, "is", unformat(text));
console.log('12.5, with decimalSeparator ".", is', unformat("12.5", { decimalSeparator: "." }));
const written = format(19.9, { currency: "€", showDecimals: "AS_IS" });
console.log(`format(19.9, AS_IS) writes ${written}, which is read as ${unformat(written)}`);
JS
expected='12.50 is 12.5
12.5 is 125
-12,5 € is -125
0.5 is 0.5
1.234,5 is 1234.5
12.5, with decimalSeparator ".", is 12.5
format(19.9, AS_IS) writes 19.9 €, which is read as 199'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

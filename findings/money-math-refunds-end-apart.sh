#!/usr/bin/env bash
# money-math 2.6.3 (Node), some 57,000 downloads a month: exact sums of money as texts, and by its README "-42.10" is one of them. What
# is left of a division is cut off, towards zero, and where it would be rounded up a cent is added, to what is below zero as well. A
# refund is so a cent or two smaller than what was paid, the tax of a small one becomes a cent to pay, and 1.03 francs that are given
# back in cash become 95 centimes. A sum and its refund do not cancel each other. Nothing tells; add and subtract are right.
#
# Seen on 30 November 2026, Node 20:
#   19 % tax of 19.99 is 3.80, of -19.99 is -3.79
#   5 % of 0.10 is 0.01, of -0.10 is 0.01
#   0.10 of 10.05 is 1.01, of -10.05 is -0.99
#   a third of 20.00 is 6.67, of -20.00 is -6.65
#   1.03 in five centimes is 1.05, -1.03 is -0.95
#   10.03 in five centimes is 10.05, -10.03 is -9.95
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . money-math@2.6.3

cat > client.cjs <<'JS'
const money = require("money-math");

const both = (what, sum, reckon) => console.log(`${what} ${sum} is ${reckon(sum)}, of -${sum} is ${reckon("-" + sum)}`);
both("19 % tax of", "19.99", (sum) => money.percent(sum, "19.00"));
both("5 % of", "0.10", (sum) => money.percent(sum, "5.00"));
both("0.10 of", "10.05", (sum) => money.mul(sum, "0.10"));
both("a third of", "20.00", (sum) => money.div(sum, "3.00"));
for (const sum of ["1.03", "10.03"]) console.log(`${sum} in five centimes is ${money.roundTo5Cents(sum)}, -${sum} is ${money.roundTo5Cents("-" + sum)}`);
JS
expected='19 % tax of 19.99 is 3.80, of -19.99 is -3.79
5 % of 0.10 is 0.01, of -0.10 is 0.01
0.10 of 10.05 is 1.01, of -10.05 is -0.99
a third of 20.00 is 6.67, of -20.00 is -6.65
1.03 in five centimes is 1.05, -1.03 is -0.95
10.03 in five centimes is 10.05, -10.03 is -9.95'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

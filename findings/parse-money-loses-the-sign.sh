#!/usr/bin/env bash
# parse-money 1.0.12 (Node). An amount has no sign for it: refunds and discounts, with a minus or in brackets as accountants
# write them, come out as what was paid. Nothing in the answer tells the two apart, and a column of both adds up to too much.
#
# Seen on 29 November 2026, Node 20:
#   $20.00 is 20 USD
#   -$5.00 is 5 USD
#   ($5.00) is 5 USD
#   -5,00 € is 5 EUR
#   20 dollars less a refund of 5 make 25
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . parse-money@1.0.12

cat > client.cjs <<'JS'
const { default: parseMoney } = require("parse-money");

for (const text of ["$20.00", "-$5.00", "($5.00)", "-5,00 €"]) {
  const { amount, currency } = parseMoney(text);
  console.log(`${text} is ${amount} ${currency}`);
}
console.log("20 dollars less a refund of 5 make", parseMoney("$20.00").amount + parseMoney("-$5.00").amount);
JS
# shellcheck disable=SC2016 # amounts in dollars are no variables
expected='$20.00 is 20 USD
-$5.00 is 5 USD
($5.00) is 5 USD
-5,00 € is 5 EUR
20 dollars less a refund of 5 make 25'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

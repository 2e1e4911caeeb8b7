#!/usr/bin/env bash
# bark-js 1.2.1 (Node). Two elements of a GS1 barcode hold an amount of money with the ISO number of its currency before it
# (391n and 393n of the GS1 General Specifications, section 3.6): a price of 12.50 euros is 978 and 1250. In their "value",
# where each element has what it says, the two are one number, 97812.50. A price without a currency (392n) is right there, and
# so are weights; of these two the amount stands beside it, under a name that no other element has.
#
# Seen on 30 November 2026, Node 20:
#   3103 NET WEIGHT (kg): 001.250
#   3922 PRICE: 12.50
#   3932 PRICE: 97812.50, amount 12.50 of 978
#   3912 AMOUNT: 84012.50, amount 12.50 of 840
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . bark-js@1.2.1

cat > client.cjs <<'JS'
const bark = require("bark-js");

for (const code of ["3103001250", "39221250", "39329781250", "39128401250"]) {
  const [{ ai, title, value, amount, isoCurrencyCode }] = bark(code).elements;
  console.log(`${ai} ${title}: ${value}${amount ? `, amount ${amount} of ${isoCurrencyCode}` : ""}`);
}
JS
expected='3103 NET WEIGHT (kg): 001.250
3922 PRICE: 12.50
3932 PRICE: 97812.50, amount 12.50 of 978
3912 AMOUNT: 84012.50, amount 12.50 of 840'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# price-parser 3.4.0 (Node; the package of that name for Python is another). The value of a price is in the smallest unit of its
# currency, says the README, and every currency is given two decimals (`exponent`), whatever ISO 4217 says: 1200 yen, which have
# no smaller unit, are 120000, as a payment service that counts in smallest units would take them. Pesos of Chile and dong of
# Vietnam are a hundred times too much as well; of a dinar, which has three decimals, half are 50 instead of 500. floatValue is
# right.
#
# Seen on 30 November 2026, Node 20:
#   £12.50 is 1250 gbp, floatValue 12.5
#   ¥1,200 is 120000 jpy, floatValue 1200
#   CLP 12.990 is 1299000 clp, floatValue 12990
#   ₫150.000 is 15000000 vnd, floatValue 150000
#   0.50 KWD is 50 kwd, floatValue 0.5
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . price-parser@3.4.0

cat > client.cjs <<'JS'
const { parseFirst } = require("price-parser");

for (const text of ["£12.50", "¥1,200", "CLP 12.990", "₫150.000", "0.50 KWD"]) {
  const { value, currencyCode, floatValue } = parseFirst(text);
  console.log(`${text} is ${value} ${currencyCode}, floatValue ${floatValue}`);
}
JS
expected='£12.50 is 1250 gbp, floatValue 12.5
¥1,200 is 120000 jpy, floatValue 1200
CLP 12.990 is 1299000 clp, floatValue 12990
₫150.000 is 15000000 vnd, floatValue 150000
0.50 KWD is 50 kwd, floatValue 0.5'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

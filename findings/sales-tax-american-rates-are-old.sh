#!/usr/bin/env bash
# sales-tax 2.23.0 (Node), of May 2026, whose "tax rates are kept up-to-date". Those of the European Union and of Canada are; those of
# American states are not: Arizona's 6.6 % ended in May 2013, California's 8.25 % in June 2011 (7.25 % since 2017), Connecticut has
# had 6.35 % since 2011, New Jersey 6.625 % since 2018, North Carolina 4.75 % since 2011. Nothing in the answer tells: it has the
# rate, and "vat" as its name.
#
# Seen on 30 November 2026, Node 20:
#   AZ 6.6 CA 8.25 CT 6 NJ 7 NC 5.75, called vat
#   100 dollars in California are 108.25
#   Finland 25.5 Estonia 24 Romania 21
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . sales-tax@2.23.0

cat > client.cjs <<'JS'
const tax = require("sales-tax");

const percent = async (country, state) => Number(((await tax.getSalesTax(country, state)).rate * 100).toFixed(3));
(async () => {
  const states = [];
  for (const state of ["AZ", "CA", "CT", "NJ", "NC"]) states.push(`${state} ${await percent("US", state)}`);
  console.log(`${states.join(" ")}, called ${(await tax.getSalesTax("US", "CA")).type}`);
  console.log("100 dollars in California are", (await tax.getAmountWithSalesTax("US", "CA", 100)).total);
  console.log("Finland", await percent("FI"), "Estonia", await percent("EE"), "Romania", await percent("RO"));
})();
JS
expected='AZ 6.6 CA 8.25 CT 6 NJ 7 NC 5.75, called vat
100 dollars in California are 108.25
Finland 25.5 Estonia 24 Romania 21'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# @opencollective/taxes 5.4.0 (Node), with which opencollective.com reckons the taxes of what its collectives sell, some 5,000 downloads
# a month. Rates are rounded to whole percents. Finland's has been 25.5 % since September 2024 (section 84 of its VAT act): the table
# that it reads (sales-tax 2.20.0) has that and what it gives out is 26 %, to buyers in Finland and elsewhere in the Union. Nothing says
# that a rate was rounded. Those of all other countries of the European Union are whole.
#
# Seen on 30 November 2026, Node 20:
#   a product of Finland, bought in Finland: 26 %
#   a product of Finland, bought in Sweden: 26 %
#   tax on 1000 euros: 260, by law 255
#   countries that are given another rate than the table has: FI 26 instead of 25.5
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @opencollective/taxes@5.4.0 sales-tax@2.20.0

cat > client.cjs <<'JS'
const taxes = require("@opencollective/taxes");
const table = require("sales-tax/res/sales_tax_rates.json");

const percent = (country) => taxes.getVatPercentage("PRODUCT", "FI", country, false);
console.log(`a product of Finland, bought in Finland: ${percent("FI")} %`);
console.log(`a product of Finland, bought in Sweden: ${percent("SE")} %`);
const exact = (country) => Number((table[country].rate * 100).toFixed(3));
console.log(`tax on 1000 euros: ${1000 * percent("FI") / 100}, by law ${1000 * exact("FI") / 100}`);
const others = [];
for (const country of taxes.europeanCountries) {
  const given = taxes.getStandardVatRate("PRODUCT", country);
  if (given !== exact(country)) others.push(`${country} ${given} instead of ${exact(country)}`);
}
console.log("countries that are given another rate than the table has:", others.join(", "));
JS
expected='a product of Finland, bought in Finland: 26 %
a product of Finland, bought in Sweden: 26 %
tax on 1000 euros: 260, by law 255
countries that are given another rate than the table has: FI 26 instead of 25.5'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# country-locale-map 1.9.14 (Node), of September 2026, some 190,000 downloads a month. It tells the currency of a country, and for six
# of them it is one that was never theirs: Venezuela has the vatu of Vanuatu, Côte d'Ivoire the Czech koruna, the French department of
# Réunion the Rwandan franc, the Falkland Islands the Danish krone, Eswatini the euro, Iran the drawing rights of the IMF. The names
# are wrong with the codes, so that nothing looks odd. Bulgaria still has the lev, which the euro replaced in January 2026. What is
# right is table A.1 of ISO 4217, which countries-list 3.4.1 follows.
#
# Seen on 30 November 2026, Node 20:
#   Venezuela VUV (Vatu), by ISO 4217 VES
#   Côte d'Ivoire CZK (Czech Koruna), by ISO 4217 XOF
#   Réunion RWF (Rwanda Franc), by ISO 4217 EUR
#   Falkland Islands DKK (Danish Krone), by ISO 4217 FKP
#   Eswatini EUR (Euro), by ISO 4217 SZL
#   Iran XDR (SDR (Special Drawing Right)), by ISO 4217 IRR
#   Bulgaria BGN (Bulgarian Lev), by ISO 4217 EUR
#   France EUR (Euro), by ISO 4217 EUR
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . country-locale-map@1.9.14 countries-list@3.4.1

cat > client.cjs <<'JS'
const map = require("country-locale-map");
const { countries } = require("countries-list");

for (const code of ["VE", "CI", "RE", "FK", "SZ", "IR", "BG", "FR"]) {
  const { name, currency, currency_name } = map.getCountryByAlpha2(code);
  console.log(`${name} ${currency} (${currency_name}), by ISO 4217 ${countries[code].currency[0]}`);
}
JS
expected="Venezuela VUV (Vatu), by ISO 4217 VES
Côte d'Ivoire CZK (Czech Koruna), by ISO 4217 XOF
Réunion RWF (Rwanda Franc), by ISO 4217 EUR
Falkland Islands DKK (Danish Krone), by ISO 4217 FKP
Eswatini EUR (Euro), by ISO 4217 SZL
Iran XDR (SDR (Special Drawing Right)), by ISO 4217 IRR
Bulgaria BGN (Bulgarian Lev), by ISO 4217 EUR
France EUR (Euro), by ISO 4217 EUR"
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

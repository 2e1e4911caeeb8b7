#!/usr/bin/env bash
# australia-address-parser 1.0.1 (Node). Of the eight states and territories of an Australian address (Australia Post writes
# them ACT, NSW, NT, QLD, SA, TAS, VIC and WA) the Australian Capital Territory is not known: suburb, territory and postcode of
# an address in Canberra are dropped without a word. The street is right, so that a check for one lets it pass.
#
# Seen on 30 November 2026, Node 20:
#   12 Smith Street, Carlton VIC 3053: Smith ST, Carlton, VIC, 3053
#   12 Smith Street, Alice Springs NT 0870: Smith ST, Alice Springs, NT, 0870
#   12 Smith Street, Braddon ACT 2612: Smith ST, none, none, none
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . australia-address-parser@1.0.1

cat > client.cjs <<'JS'
const { parseLocation } = require("australia-address-parser");

for (const place of ["Carlton VIC 3053", "Alice Springs NT 0870", "Braddon ACT 2612"]) {
  const address = `12 Smith Street, ${place}`;
  const { streetName, streetType, suburb = "none", state = "none", postcode = "none" } = parseLocation(address);
  console.log(`${address}: ${streetName} ${streetType}, ${suburb}, ${state}, ${postcode}`);
}
JS
expected='12 Smith Street, Carlton VIC 3053: Smith ST, Carlton, VIC, 3053
12 Smith Street, Alice Springs NT 0870: Smith ST, Alice Springs, NT, 0870
12 Smith Street, Braddon ACT 2612: Smith ST, none, none, none'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

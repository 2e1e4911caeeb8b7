#!/usr/bin/env bash
# i18n-zipcodes 1.0.3 (Node). Three of the countries in its list have no postcode that it takes as it is written. South Korea has
# had five digits since 2015 and is asked for the six of before; of an Irish Eircode, there since 2015 too, the old districts of
# Dublin are wanted; a British postcode is wrong with the space that Royal Mail writes, and right without, although the spaces
# of Canada, the Netherlands and Sweden are taken. A shop that asks it at checkout turns these customers away.
#
# Seen on 30 November 2026, Node 20:
#   kr: 04524 false, 100-744 true
#   ie: D02 AF30 false, T12 W8C2 false
#   gb: SW1A 1AA false, M1 1AE false, SW1A1AA true
#   others with a space: ca M5V 3L9 true, nl 1011 AB true, se 111 22 true
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . i18n-zipcodes@1.0.3

cat > client.cjs <<'JS'
const valid = require("i18n-zipcodes");

const codes = { kr: ["04524", "100-744"], ie: ["D02 AF30", "T12 W8C2"], gb: ["SW1A 1AA", "M1 1AE", "SW1A1AA"] };
for (const [country, list] of Object.entries(codes))
  console.log(`${country}:`, list.map((code) => `${code} ${valid(country, code)}`).join(", "));
const others = [["ca", "M5V 3L9"], ["nl", "1011 AB"], ["se", "111 22"]];
console.log("others with a space:", others.map(([country, code]) => `${country} ${code} ${valid(country, code)}`).join(", "));
JS
expected='kr: 04524 false, 100-744 true
ie: D02 AF30 false, T12 W8C2 false
gb: SW1A 1AA false, M1 1AE false, SW1A1AA true
others with a space: ca M5V 3L9 true, nl 1011 AB true, se 111 22 true'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

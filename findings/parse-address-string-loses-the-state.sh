#!/usr/bin/env bash
# parse-address-string 0.0.3 (Node). With the nine-digit form of a ZIP code, which shops' address checks put in, the state is
# gone, and in New York the city too: its name is taken for the state's. The four digits are dropped without a word. The same
# addresses with five digits are right.
#
# Seen on 29 November 2026, Node 20 (city, state, ZIP code):
#   62704: Springfield, IL, 62704
#   62704-1234: Springfield, null, 62704
#   10001: New York, NY, 10001
#   10001-1234: null, New York, 10001
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . parse-address-string@0.0.3

cat > client.cjs <<'JS'
const parse = require("parse-address-string");

for (const [place, zip] of [
  ["Springfield, IL", "62704"], ["Springfield, IL", "62704-1234"],
  ["New York, NY", "10001"], ["New York, NY", "10001-1234"],
])
  parse(`123 Main St, ${place} ${zip}`, (error, { city, state, postal_code }) => {
    console.log(`${zip}: ${error || [city, state, postal_code].map(String).join(", ")}`);
  });
JS
expected='62704: Springfield, IL, 62704
62704-1234: Springfield, null, 62704
10001: New York, NY, 10001
10001-1234: null, New York, 10001'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

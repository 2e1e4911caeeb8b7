#!/usr/bin/env bash
# australia-address-parser 1.0.1 (Node). A house number with a letter (13A, usual where a plot was divided) loses its digits:
# the letter becomes a unit, and no part of the answer holds the number. Of a flat before a slash (5/12, Australia Post's usual
# form) the flat becomes the house number, and the house number a part of the street's name. The parcel goes to another house,
# and an address written together from the parts looks whole. "Unit 5, 12 Smith Street" is right. Its README shows the first as
# an example.
#
# Seen on 30 November 2026, Node 20:
#   13 Smith Street: number 13, street Smith ST
#   13A Smith Street: unit A, number none, street Smith ST
#   Unit 5, 12 Smith Street: unit 5, number 12, street Smith ST
#   5/12 Smith Street: number 5, street 12 Smith ST
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . australia-address-parser@1.0.1

cat > client.cjs <<'JS'
const { parseLocation } = require("australia-address-parser");

for (const line of ["13 Smith Street", "13A Smith Street", "Unit 5, 12 Smith Street", "5/12 Smith Street"]) {
  const { unitNumber, streetNumber = "none", streetName, streetType } = parseLocation(`${line}, Carlton VIC 3053`);
  const unit = unitNumber ? `unit ${unitNumber}, ` : "";
  console.log(`${line}: ${unit}number ${streetNumber}, street ${streetName} ${streetType}`);
}
JS
expected='13 Smith Street: number 13, street Smith ST
13A Smith Street: unit A, number none, street Smith ST
Unit 5, 12 Smith Street: unit 5, number 12, street Smith ST
5/12 Smith Street: number 5, street 12 Smith ST'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

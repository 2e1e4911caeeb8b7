#!/usr/bin/env bash
# convert-units 2.3.4 (Node). Between inches and centimetres it goes by way of 1 m = 3.28084 ft, not of 1 in = 2.54 cm, which is
# exact by definition. A parcel of exactly 60.96 cm is longer than 24 inches then, and falls on the wrong side of a carrier's
# limit or of a surcharge; multiples of it that are rounded up gain a whole step. Rounding first helps.
#
# Seen on 29 November 2026, Node 20:
#   1 in is 2.5399999 cm
#   60.96 cm is 24.0000008 in, within a limit of 24 in: false
#   rounded up to whole inches, as carriers do: 25
#   1 ft3 is 1728.0071 in3
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . convert-units@2.3.4

cat > client.cjs <<'JS'
const convert = require("convert-units");

console.log("1 in is", convert(1).from("in").to("cm").toFixed(7), "cm");
const length = convert(60.96).from("cm").to("in");
console.log(`60.96 cm is ${length.toFixed(7)} in, within a limit of 24 in: ${length <= 24}`);
console.log("rounded up to whole inches, as carriers do:", Math.ceil(length));
console.log("1 ft3 is", convert(1).from("ft3").to("in3").toFixed(4), "in3");
JS
expected='1 in is 2.5399999 cm
60.96 cm is 24.0000008 in, within a limit of 24 in: false
rounded up to whole inches, as carriers do: 25
1 ft3 is 1728.0071 in3'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

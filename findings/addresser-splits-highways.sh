#!/usr/bin/env bash
# addresser 1.1.22 (Node). Of an address at a numbered highway, the number becomes the second line, as if it were a flat: line
# 1, which carriers route by, ends in "Hwy", and so does what is written together from the parts. The same road under another
# usual name (State Route) stays whole.
#
# Seen on 29 November 2026, Node 20:
#   2500 US Highway 1: line 1 "2500 Us Hwy", line 2 "1"
#   1500 Highway 71 W: line 1 "1500 Highway", line 2 "71 W"
#   1500 State Route 71: line 1 "1500 State Route 71", no line 2
#   formatted: 2500 Us Hwy, 1, Vero Beach, FL 32960
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . addresser@1.1.22

cat > client.cjs <<'JS'
const { parseAddress } = require("addresser");

const parsed = (street) => parseAddress(`${street}, Vero Beach, FL 32960`);
for (const street of ["2500 US Highway 1", "1500 Highway 71 W", "1500 State Route 71"]) {
  const { addressLine1, addressLine2 } = parsed(street);
  console.log(`${street}: line 1 "${addressLine1}",`, addressLine2 ? `line 2 "${addressLine2}"` : "no line 2");
}
console.log("formatted:", parsed("2500 US Highway 1").formattedAddress);
JS
expected='2500 US Highway 1: line 1 "2500 Us Hwy", line 2 "1"
1500 Highway 71 W: line 1 "1500 Highway", line 2 "71 W"
1500 State Route 71: line 1 "1500 State Route 71", no line 2
formatted: 2500 Us Hwy, 1, Vero Beach, FL 32960'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

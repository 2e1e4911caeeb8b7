#!/usr/bin/env bash
# ts-tracking-number 1.0.17 (Node). A parcel of DHL in Germany (00340..., an SSCC of 20 digits) is recognised with certainty as
# one of the United States Postal Service, with a link to track it there: the check digits of the two agree, and DHL's own
# list knows no such form. Who fills a missing carrier from the number tells the buyer the wrong one. The numbers have
# that form and its check digit.
#
# Seen on 29 November 2026, Node 20:
#   00340434161094022115 United States Postal Service (USPS 20)
#   00340434161094015902 United States Postal Service (USPS 20)
#   asked for DHL alone: nothing
#   1Z999AA10123456784 UPS (UPS)
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . ts-tracking-number@1.0.17

cat > client.mjs <<'JS'
import { dhl, getTracking } from "ts-tracking-number";

const say = (number) => {
  const found = getTracking(number);
  console.log(number, found ? `${found.courier.name} (${found.name})` : "nothing");
};
const german = ["00340434161094022115", "00340434161094015902"];
german.forEach(say);
const asked = german.map((number) => getTracking(number, [dhl])).filter(Boolean);
console.log("asked for DHL alone:", asked.length ? asked.map((found) => found.name).join() : "nothing");
// A number of another carrier, for comparison.
say("1Z999AA10123456784");
JS
expected="00340434161094022115 United States Postal Service (USPS 20)
00340434161094015902 United States Postal Service (USPS 20)
asked for DHL alone: nothing
1Z999AA10123456784 UPS (UPS)"
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

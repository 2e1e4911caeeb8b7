#!/usr/bin/env bash
# @sroussey/parse-address 2.4.2 (Node). Addresses that Publication 28 of the United States Postal Service defines without a
# street, those of the forces (section 225), at rural routes and highway contract routes (sections 24 and 25), are answered with
# their first word as the street, and nothing more: box, route, city, state and ZIP code are gone, without an error. A post
# office box is right. Who puts the parts into an order's fields has an order that cannot be shipped.
#
# Seen on 30 November 2026, Node 20:
#   12 Main St, Austin, TX 78701: number 12, street Main, type St, city Austin, state TX, zip 78701
#   PO Box 123, Austin, TX 78701: sec_unit_type PO Box, sec_unit_num 123, city Austin, state TX, zip 78701
#   PSC 1234 Box 5678, APO, AE 09204: street PSC
#   RR 2 Box 152, Bend, OR 97701: street RR
#   HC 68 Box 98, Bend, OR 97701: street HC
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @sroussey/parse-address@2.4.2

cat > client.mjs <<'JS'
import { AddressParser } from "@sroussey/parse-address";

for (const address of [
  "12 Main St, Austin, TX 78701",
  "PO Box 123, Austin, TX 78701",
  "PSC 1234 Box 5678, APO, AE 09204",
  "RR 2 Box 152, Bend, OR 97701",
  "HC 68 Box 98, Bend, OR 97701",
]) {
  const { country, short_street_type, ...parts } = new AddressParser().parseLocation(address);
  console.log(`${address}:`, Object.entries(parts).map((part) => part.join(" ")).join(", "));
}
JS
expected='12 Main St, Austin, TX 78701: number 12, street Main, type St, city Austin, state TX, zip 78701
PO Box 123, Austin, TX 78701: sec_unit_type PO Box, sec_unit_num 123, city Austin, state TX, zip 78701
PSC 1234 Box 5678, APO, AE 09204: street PSC
RR 2 Box 152, Bend, OR 97701: street RR
HC 68 Box 98, Bend, OR 97701: street HC'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

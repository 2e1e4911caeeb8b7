#!/usr/bin/env bash
# tracking-number-validation 2.0.2 (Node). Numbers of the Universal Postal Union (S10: two letters, nine digits, the country of
# the post that took the parcel) are given to the United States Postal Service by their first letters, whatever the country
# at their end, and to nobody when they begin with others. A parcel of Royal Mail gets the link of the wrong post.
#
# Seen on 29 November 2026, Node 20:
#   RB123456785US usps
#   RB123456785GB usps
#   CP123456785JP usps
#   LX123456785DE none
#   link for RB123456785GB: tools.usps.com
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . tracking-number-validation@2.0.2

cat > client.mjs <<'JS'
import validation from "tracking-number-validation";

for (const number of ["RB123456785US", "RB123456785GB", "CP123456785JP", "LX123456785DE"])
  console.log(number, validation.getCourier(number).join() || "none");
console.log("link for RB123456785GB:", new URL(validation.getTrackingUrl("RB123456785GB")).host);
JS
expected="RB123456785US usps
RB123456785GB usps
CP123456785JP usps
LX123456785DE none
link for RB123456785GB: tools.usps.com"
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

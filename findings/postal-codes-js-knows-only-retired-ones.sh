#!/usr/bin/env bash
# postal-codes-js 2.5.2 (Node). Of Taiwan and Vietnam it calls right what their posts no longer use and wrong what they do:
# Chunghwa Post has had six digits since March 2020 and none of five since 2024, Vietnam Post five instead of six since 2018.
# Argentina's code of eight signs (CPA, of 1999) is wrong as well, and only the four digits before it are right. A checkout that
# asks it sends these buyers away, or has them write an old code.
#
# Seen on 30 November 2026, Node 20:
#   TW 100012: Postal code 100012 is not valid for country TW
#   TW 10058: true
#   VN 11000: Postal code 11000 is not valid for country VN
#   VN 100000: true
#   AR C1425DKA: Postal code C1425DKA is not valid for country AR
#   AR 1425: true
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . postal-codes-js@2.5.2

cat > client.cjs <<'JS'
const { validate } = require("postal-codes-js");

const codes = { TW: ["100012", "10058"], VN: ["11000", "100000"], AR: ["C1425DKA", "1425"] };
for (const [country, [now, before]] of Object.entries(codes))
  for (const code of [now, before]) console.log(`${country} ${code}: ${validate(country, code)}`);
JS
expected='TW 100012: Postal code 100012 is not valid for country TW
TW 10058: true
VN 11000: Postal code 11000 is not valid for country VN
VN 100000: true
AR C1425DKA: Postal code C1425DKA is not valid for country AR
AR 1425: true'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# parse-address 1.1.2 (Node). The fraction of a house number (123 1/2 Main St, a usual form in the United States) is dropped:
# no part of the answer holds it, and the parcel goes to the neighbour. Everything else of the address is right, and an
# address written together from the parts looks whole.
#
# Seen on 29 November 2026, Node 20:
#   {"number":"123","street":"Main","type":"St","city":"Springfield","state":"IL","zip":"62704"}
#   the same as without 1/2: true
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . parse-address@1.1.2

cat > client.cjs <<'JS'
const { parseLocation } = require("parse-address");

const parts = (street) => JSON.stringify(parseLocation(`${street}, Springfield, IL 62704`));
const half = parts("123 1/2 Main St");
console.log(half);
console.log("the same as without 1/2:", half === parts("123 Main St"));
JS
expected='{"number":"123","street":"Main","type":"St","city":"Springfield","state":"IL","zip":"62704"}
the same as without 1/2: true'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

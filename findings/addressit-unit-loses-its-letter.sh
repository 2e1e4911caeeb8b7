#!/usr/bin/env bash
# addressit 1.8.2 (Node). The letter of a unit behind a number sign is dropped: #4B is unit 4, and no part of the answer holds
# the B. Everything else is right, and unit 4 may well exist: the parcel goes to other people and does not come back.
#
# Seen on 29 November 2026, Node 20:
#   #4B: {"unit":"4","number":"123","street":"Main St","state":"IL","postalcode":"62704","regions":["Springfield"]}
#   the same as #4C: true
#   #12: unit 12
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . addressit@1.8.2

cat > client.cjs <<'JS'
const addressit = require("addressit");

// All parts but the text that was given.
const read = (unit) => {
  const { text, parts, ...rest } = addressit(`123 Main St ${unit}, Springfield, IL 62704`);
  return { ...rest };
};
const letter = JSON.stringify(read("#4B"));
console.log("#4B:", letter);
console.log("the same as #4C:", letter === JSON.stringify(read("#4C")));
console.log("#12: unit", read("#12").unit);
JS
expected='#4B: {"unit":"4","number":"123","street":"Main St","state":"IL","postalcode":"62704","regions":["Springfield"]}
the same as #4C: true
#12: unit 12'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

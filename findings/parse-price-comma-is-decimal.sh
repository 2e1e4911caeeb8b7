#!/usr/bin/env bash
# parse-price 1.1.8 (Node). A price with a comma for the thousands and no cents is read as a thousandth of what it is, and of
# a price in millions only the first groups count. It is right as soon as cents are written, or when the last three digits
# are zeros, so that a few samples do not show it.
#
# Seen on 29 November 2026, Node 20:
#   $1,000 is 1000
#   $1,234.00 is 1234
#   $1,234 is 1.234
#   $1,234,567 is 1.234
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . parse-price@1.1.8

cat > client.cjs <<'JS'
const module_ = require("parse-price");
const parse = module_.default ?? module_;

for (const price of ["$1,000", "$1,234.00", "$1,234", "$1,234,567"]) console.log(price, "is", parse(price));
JS
# shellcheck disable=SC2016 # amounts in dollars are no variables
expected='$1,000 is 1000
$1,234.00 is 1234
$1,234 is 1.234
$1,234,567 is 1.234'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# @ericblade/barcode-validator 2.4.1 (Node). Its check digit of a GTIN weighs the digits the wrong way round, so a right EAN-13,
# GTIN-14 or EAN-8 is called wrong eight times out of ten, and some with a wrong digit are called right. Only numbers of 12
# digits (UPC-A) come out well, which is what one tries first in the United States.
#
# Seen on 29 November 2026, Node 20. A hundred numbers each, made with the check digit that GS1 defines, and called valid:
#   12 digits: 100
#   13 digits: 20
#   14 digits: 20
#   8 digits: 20
#   950123456789?: the last digit is 1, and called right is the one with 3
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @ericblade/barcode-validator@2.4.1

cat > client.cjs <<'JS'
const validate = require("@ericblade/barcode-validator");

// From the right: weights 3, 1, 3, 1 ..., and the digit that fills the sum up to ten.
const check = (digits) => {
  const sum = [...digits].reverse().reduce((sum, digit, at) => sum + digit * (at % 2 ? 1 : 3), 0);
  return (10 - (sum % 10)) % 10;
};
for (const length of [12, 13, 14, 8]) {
  let valid = 0;
  for (let at = 0; at < 100; at++) {
    const digits = "50123456789012".slice(0, length - 3) + String(at).padStart(2, "0");
    if (validate(digits + check(digits)).valid) valid++;
  }
  console.log(`${length} digits: ${valid}`);
}
const digits = "950123456789";
const called = [..."0123456789"].filter((digit) => validate(digits + digit).valid);
console.log(`${digits}?: the last digit is ${check(digits)}, and called right is the one with ${called}`);
JS
expected='12 digits: 100
13 digits: 20
14 digits: 20
8 digits: 20
950123456789?: the last digit is 1, and called right is the one with 3'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

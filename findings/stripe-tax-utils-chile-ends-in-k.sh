#!/usr/bin/env bash
# stripe-tax-utils 1.1.2 (Node). It is to return the type that Stripe wants with a tax number. The shape of a number is that of
# one example (in its map as `example`) instead of the country's: of Chile's, eight digits and a check digit from 0 to 9 or K,
# only those with a K have a type, one in eleven; of Mexico's only those of companies whose check characters are two letters and
# a digit; Argentina's, of 2, 8 and 1 digits, and Turkey's, of 10, have none, where the examples, which these two do not give
# out in that shape, have one. There is no error: the type is null.
#
# Seen on 30 November 2026, Node 20. Numbers with a right check digit (Mexico's is from the tax office's tests), then the examples:
#   CL 12.345.678-5: null
#   MX EKU9003173C9: null
#   AR 20-12345678-6: null
#   TR 1234567890: null
#   CL 12.345.678-K: cl_tin
#   MX ABC010203AB9: mx_rfc
#   AR 12-3456789-01: ar_cuit
#   TR 123456789: tr_tin
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . stripe-tax-utils@1.1.2

cat > client.cjs <<'JS'
const utils = require("stripe-tax-utils").default;

const right = { CL: "12.345.678-5", MX: "EKU9003173C9", AR: "20-12345678-6", TR: "1234567890" };
const examples = { CL: "12.345.678-K", MX: "ABC010203AB9", AR: "12-3456789-01", TR: "123456789" };
for (const numbers of [right, examples])
  for (const [country, taxId] of Object.entries(numbers)) console.log(`${country} ${taxId}: ${utils.getStripeType({ country, taxId })}`);
JS
expected='CL 12.345.678-5: null
MX EKU9003173C9: null
AR 20-12345678-6: null
TR 1234567890: null
CL 12.345.678-K: cl_tin
MX ABC010203AB9: mx_rfc
AR 12-3456789-01: ar_cuit
TR 123456789: tr_tin'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# currency-formatter 1.5.9 (Node). What it formats for 17 of its 163 currencies, it reads back as another amount. A point in the
# name of the currency (S/., B/., Nu., and all Arabic ones) is taken for the decimal point: dinars and dirhams become 0, soles a
# ten-thousandth. A point between thousands is taken for one too for Vietnam, and costs a factor of 1,000.
#
# Seen on 30 November 2026, Node 20:
#   AED 1234.5 is read as 0
#   KWD 1234.5 is read as 0
#   PEN 1234.5 is read as 0.1234
#   VND 1.235 ₫ is read as 1.235
#   EUR 1234.5 is read as 1234.5
#   17 of 163
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . currency-formatter@1.5.9

cat > client.cjs <<'JS'
const { currencies, format, unformat } = require("currency-formatter");

const back = (code) => unformat(format(1234.5, { code }), { code });
for (const code of ["AED", "KWD", "PEN"]) console.log(code, "1234.5 is read as", back(code));
console.log("VND", format(1234.5, { code: "VND" }).replace("\u00a0", " "), "is read as", back("VND"));
console.log("EUR 1234.5 is read as", back("EUR"));
const wrong = currencies.filter(({ code, decimalDigits }) => back(code) !== Number(1234.5.toFixed(decimalDigits)));
console.log(wrong.length, "of", currencies.length);
JS
expected='AED 1234.5 is read as 0
KWD 1234.5 is read as 0
PEN 1234.5 is read as 0.1234
VND 1.235 ₫ is read as 1.235
EUR 1234.5 is read as 1234.5
17 of 163'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

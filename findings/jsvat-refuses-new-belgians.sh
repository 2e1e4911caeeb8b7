#!/usr/bin/env bash
# jsvat 2.5.4 and @form-validation/validator-vat 2.4.0 (Node). Belgium's numbers began with 0 as long as those lasted; newer
# companies have one that begins with 1, with the same check digits. Both packages call every such number wrong, so that a shop
# charges its owner the tax that he need not pay, or does not let him order. jsvat-next 3.0.4 and python-stdnum 2.2 take them.
#
# Seen on 30 November 2026, Node 20:
#   BE0100000070 jsvat true, form-validation true, jsvat-next true
#   BE1000000021 jsvat false, form-validation false, jsvat-next true
#   of 1000 right numbers that begin with 1: jsvat takes 0, form-validation 0, jsvat-next 1000
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . jsvat@2.5.4 jsvat-next@3.0.4 \
    @form-validation/validator-vat@2.4.0 @form-validation/core@2.4.0

cat > client.cjs <<'JS'
const { vat } = require("@form-validation/validator-vat");
const jsvat = require("jsvat");
const next = require("jsvat-next");

const l10n = { vat: { default: "", country: "", countries: {} } };
const checks = {
  jsvat: (number) => jsvat.checkVAT(number, [jsvat.belgium]).isValid,
  "form-validation": (number) => vat().validate({ value: number, options: { country: "BE" }, elements: [], l10n }).valid,
  "jsvat-next": (number) => next.checkVAT(number, [next.belgium]).isValid,
};
// Eight digits, then 97 less their remainder by 97.
const number = (digits) => `BE${digits}${String(97 - (Number(digits) % 97)).padStart(2, "0")}`;
for (const digits of ["01000000", "10000000"])
  console.log(number(digits), Object.entries(checks).map(([name, check]) => `${name} ${check(number(digits))}`).join(", "));
const right = Array.from({ length: 1000 }, (_, i) => number(String(10000000 + i * 97 * 7 + i)));
const taken = Object.entries(checks).map(([name, check]) => `${name} ${right.filter(check).length}`);
console.log("of 1000 right numbers that begin with 1:", taken.join(", ").replace("jsvat ", "jsvat takes "));
JS
expected='BE0100000070 jsvat true, form-validation true, jsvat-next true
BE1000000021 jsvat false, form-validation false, jsvat-next true
of 1000 right numbers that begin with 1: jsvat takes 0, form-validation 0, jsvat-next 1000'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

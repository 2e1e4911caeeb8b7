#!/usr/bin/env bash
# bic-from-iban 1.0.0 (Node), its only version, some 3,300 downloads a month. It takes the first four digits of the bank code in an
# IBAN for the number of a line in a list of banks that is in the order of the alphabet. What it gives for a German account is so
# the BIC of a bank that has nothing to do with it, or nothing: a refund by bank transfer names another bank than its IBAN does. The
# number of a bank is what the Bundesbank's Bankleitzahlendatei gives; iban-to-bic 1.4.0 follows it. There is no error; both IBANs
# and BICs are well-formed.
#
# Seen on 30 November 2026, Node 20:
#   Commerzbank Köln: ESSEDE5F362, Bundesbank COBADEFFXXX
#   Berliner Volksbank: DRESDEFF256, Bundesbank BEVODEBBXXX
#   Förde Sparkasse: DEUTDE6F685, Bundesbank NOLADE21KIE
#   ING: "", Bundesbank INGDDEFFXXX
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . bic-from-iban@1.0.0 iban-to-bic@1.4.0

cat > client.cjs <<'JS'
const { getBIC, validateIBAN } = require("bic-from-iban");
const { ibanToBic } = require("iban-to-bic");

// Invented accounts, with the check digits of ISO 13616.
const iban = (bank) => {
  const account = `${bank}0000012345`;
  const rest = BigInt(`${account}131400`) % 97n;
  return `DE${String(98n - rest).padStart(2, "0")}${account}`;
};
for (const [name, bank] of [["Commerzbank Köln", "37040044"], ["Berliner Volksbank", "10090000"], ["Förde Sparkasse", "21050170"], ["ING", "50010517"]]) {
  const number = iban(bank);
  if (!validateIBAN(number)) throw new Error(number);
  console.log(`${name}: ${getBIC(number) || '""'}, Bundesbank ${ibanToBic(number)}`);
}
JS
expected='Commerzbank Köln: ESSEDE5F362, Bundesbank COBADEFFXXX
Berliner Volksbank: DRESDEFF256, Bundesbank BEVODEBBXXX
Förde Sparkasse: DEUTDE6F685, Bundesbank NOLADE21KIE
ING: "", Bundesbank INGDDEFFXXX'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

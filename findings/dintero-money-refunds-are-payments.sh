#!/usr/bin/env bash
# @dintero/money 1.1.12 (Node), of a Norwegian payment provider. What toLocaleString writes, fromLocaleString reads back in the
# same language, except for the sign: in Norwegian, Swedish, Finnish, Estonian, Lithuanian and Slovene a minus is U+2212
# (Unicode CLDR, minusSign), which is thrown away with all that is no digit, so that a refund comes back as a payment. No error,
# and the same amount in English or German, whose minus is the one of a keyboard, is right.
#
# Seen on 30 November 2026, Node 20. An amount of -12.50, written, and read again:
#   nb-NO: −12,50 is 12.50
#   sv-SE: −12,50 is 12.50
#   fi-FI: −12,50 is 12.50
#   sl-SI: −12,50 is 12.50
#   en-US: -12.50 is -12.50
#   de-DE: -12,50 is -12.50
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @dintero/money@1.1.12

cat > client.cjs <<'JS'
const { Money } = require("@dintero/money");

for (const language of ["nb-NO", "sv-SE", "fi-FI", "sl-SI", "en-US", "de-DE"]) {
  const written = Money.of("-12.50", "NOK").toLocaleString(language);
  const read = Money.fromLocaleString(written, "NOK", language);
  console.log(`${language}: ${written} is ${read.toString()}`);
}
JS
expected='nb-NO: −12,50 is 12.50
sv-SE: −12,50 is 12.50
fi-FI: −12,50 is 12.50
sl-SI: −12,50 is 12.50
en-US: -12.50 is -12.50
de-DE: -12,50 is -12.50'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

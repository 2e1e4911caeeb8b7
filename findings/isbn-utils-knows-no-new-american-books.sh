#!/usr/bin/env bash
# isbn-utils 1.1.0 and isbn 0.4.0 (Node). Numbers of books from the United States that begin with 979-8, which the International
# ISBN Agency has given out since 2020, are none to them: they answer null, as for a number with a wrong check digit.
# Self-published books have them above all. As a barcode (EAN-13) they are right; isbn3 2.0.11 reads them.
#
# Seen on 30 November 2026, Node 20:
#   9780306406157: isbn-utils 978-0-306-40615-7, isbn 978-0-306-40615-7, isbn3 978-0-306-40615-7
#   9798886451740: isbn-utils none, isbn none, isbn3 979-8-88645-174-0
#   9798886451741: isbn-utils none, isbn none, isbn3 none
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . isbn-utils@1.1.0 isbn@0.4.0 isbn3@2.0.11

cat > client.cjs <<'JS'
const utils = require("isbn-utils");
const { ISBN } = require("isbn");
const isbn3 = require("isbn3");

// The last has a wrong check digit.
for (const number of ["9780306406157", "9798886451740", "9798886451741"]) {
  const seen = {
    "isbn-utils": utils.parse(number)?.asIsbn13(true),
    isbn: ISBN.parse(number)?.asIsbn13(true),
    isbn3: isbn3.parse(number)?.isbn13h,
  };
  console.log(`${number}:`, Object.entries(seen).map(([name, found]) => `${name} ${found ?? "none"}`).join(", "));
}
JS
expected='9780306406157: isbn-utils 978-0-306-40615-7, isbn 978-0-306-40615-7, isbn3 978-0-306-40615-7
9798886451740: isbn-utils none, isbn none, isbn3 979-8-88645-174-0
9798886451741: isbn-utils none, isbn none, isbn3 none'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

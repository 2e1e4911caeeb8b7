#!/usr/bin/env bash
# @universe/address-parser 4.0.0 (Node). A state whose name has two words and is written out, with commas around the city, is
# not known: the city's name moves to the care-of line, and the state's takes its place. A parcel for Charleston in West
# Virginia is addressed to a city West in Virginia, one for Troy in New York to New York. States of one word and two-letter
# codes, which Publication 28 of the United States Postal Service asks for in what is printed, are right.
#
# Seen on 30 November 2026, Node 20. What is written, and the lines that are printed:
#   12 Oak Ave, Portland, Oregon 97201 -> 12 OAK AVE | PORTLAND OR  97201
#   12 Oak Ave, Charleston, WV 25301 -> 12 OAK AVE | CHARLESTON WV  25301
#   12 Oak Ave, Charleston, West Virginia 25301 -> CHARLESTON | 12 OAK AVE | WEST VA  25301
#   12 Oak Ave, Troy, New York 12180 -> TROY | 12 OAK AVE | NEW YORK  12180
#   12 Oak Ave, Raleigh, North Carolina 27601 -> RALEIGH | 12 OAK AVE | NORTH CAROLINA  27601
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @universe/address-parser@4.0.0

cat > client.mjs <<'JS'
import { Address } from "@universe/address-parser";

for (const written of [
  "12 Oak Ave, Portland, Oregon 97201",
  "12 Oak Ave, Charleston, WV 25301",
  "12 Oak Ave, Charleston, West Virginia 25301",
  "12 Oak Ave, Troy, New York 12180",
  "12 Oak Ave, Raleigh, North Carolina 27601",
])
  console.log(written, "->", new Address(written).lines().filter(Boolean).join(" | "));
JS
expected='12 Oak Ave, Portland, Oregon 97201 -> 12 OAK AVE | PORTLAND OR  97201
12 Oak Ave, Charleston, WV 25301 -> 12 OAK AVE | CHARLESTON WV  25301
12 Oak Ave, Charleston, West Virginia 25301 -> CHARLESTON | 12 OAK AVE | WEST VA  25301
12 Oak Ave, Troy, New York 12180 -> TROY | 12 OAK AVE | NEW YORK  12180
12 Oak Ave, Raleigh, North Carolina 27601 -> RALEIGH | 12 OAK AVE | NORTH CAROLINA  27601'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

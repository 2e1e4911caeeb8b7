#!/usr/bin/env bash
# @universe/address-parser 4.0.0 (Node). Of two parts of an address within a house only the last is kept: of a building and a
# flat the flat, of a floor and a suite the suite. Where each building has a flat 4, which is what the building is written for,
# the parcel has no address. Publication 28 of the United States Postal Service (section 213) lists all of them as parts to
# print. Neither an error nor a field with the rest tells of it; each part alone is right.
#
# Seen on 30 November 2026, Node 20. What is written, and the lines that are printed:
#   12 Main St Apt 4, Troy NY 12180 -> 12 MAIN ST APT 4 | TROY NY  12180
#   12 Main St Bldg C, Troy NY 12180 -> 12 MAIN ST BLDG C | TROY NY  12180
#   12 Main St Bldg C Apt 4, Troy NY 12180 -> 12 MAIN ST APT 4 | TROY NY  12180
#   12 Main St Bldg D Apt 4, Troy NY 12180 -> 12 MAIN ST APT 4 | TROY NY  12180
#   12 Main St Fl 3 Ste B, Troy NY 12180 -> 12 MAIN ST STE B | TROY NY  12180
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @universe/address-parser@4.0.0

cat > client.mjs <<'JS'
import { Address } from "@universe/address-parser";

for (const within of ["Apt 4", "Bldg C", "Bldg C Apt 4", "Bldg D Apt 4", "Fl 3 Ste B"]) {
  const written = `12 Main St ${within}, Troy NY 12180`;
  console.log(written, "->", new Address(written).lines().filter(Boolean).join(" | "));
}
JS
expected='12 Main St Apt 4, Troy NY 12180 -> 12 MAIN ST APT 4 | TROY NY  12180
12 Main St Bldg C, Troy NY 12180 -> 12 MAIN ST BLDG C | TROY NY  12180
12 Main St Bldg C Apt 4, Troy NY 12180 -> 12 MAIN ST APT 4 | TROY NY  12180
12 Main St Bldg D Apt 4, Troy NY 12180 -> 12 MAIN ST APT 4 | TROY NY  12180
12 Main St Fl 3 Ste B, Troy NY 12180 -> 12 MAIN ST STE B | TROY NY  12180'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

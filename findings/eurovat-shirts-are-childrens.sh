#!/usr/bin/env bash
# eurovat 0.10.1 (Python), asked for the rate of a commodity code. A reduced rate that a country has for some of the goods of a
# code, or of a whole chapter, is given for all of them, whatever the condition that stands in its text: every shirt and shoe
# that goes to Luxembourg is taxed like a child's, a book in France like a newspaper, and wine in Portugal like food. Where
# several reduced rates fit, one of them is taken. A call without a code gives the standard rate.
#
# Seen on 30 November 2026, CPython 3.11:
#   shirts of adults, LU 61091000: 3 %, is taxed with 17 %
#   shoes of adults, LU 64035999: 3 %, is taxed with 17 %
#   printed books, FR 49019900: 2.1 %, is taxed with 5.5 %
#   wine, PT 22042198: 6 %, is taxed with 13 %
#   standard rates: LU 17, PT 23
#   LU, the rule: - Children clothing, if clearly intended for children of a max. age of thirtee
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check eurovat==0.10.1

cat > client.py <<'PY'
import eurovat

def says(goods, country, code, really):
    rate = float(eurovat.get_vat_rate(country, code).rate)
    print(f"{goods}, {country} {code}: {rate:g} %, is taxed with {really} %")

says("shirts of adults", "LU", "61091000", 17)
says("shoes of adults", "LU", "64035999", 17)
says("printed books", "FR", "49019900", 5.5)
says("wine", "PT", "22042198", 13)
print(f"standard rates: LU {eurovat.get_vat_rate('LU').rate}, PT {eurovat.get_vat_rate('PT').rate}")
print("LU, the rule:", " ".join(eurovat.get_vat_rate("LU", "61091000").description.split())[:78])
PY
expected='shirts of adults, LU 61091000: 3 %, is taxed with 17 %
shoes of adults, LU 64035999: 3 %, is taxed with 17 %
printed books, FR 49019900: 2.1 %, is taxed with 5.5 %
wine, PT 22042198: 6 %, is taxed with 13 %
standard rates: LU 17, PT 23
LU, the rule: - Children clothing, if clearly intended for children of a max. age of thirtee'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

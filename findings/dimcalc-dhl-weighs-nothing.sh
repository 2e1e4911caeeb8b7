#!/usr/bin/env bash
# dimcalc 1.0.0 (Python). It counts in grams, and its list of "common DIM factors by carrier" has the one of the Iranian post for
# grams and DHL's 5000 for kilograms. With it, given to the calculator like the other, a parcel of 60 x 40 x 40 cm has a
# dimensional weight of 19 grams instead of 19.2 kilograms, so that each parcel is charged by the scale: two kilograms of
# lampshades are quoted as 2 kg, and DHL, which divides cubic centimetres by 5000, charges 19.2 kg.
#
# Seen on 30 November 2026, CPython 3.11. The parcel weighs 2000 g:
#   iran_post: dimensional 19200 g, charged 19200 g
#   dhl: dimensional 19 g, charged 2000 g
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dimcalc==1.0.0

cat > client.py <<'PY'
from dimcalc import DimCalc, Dimensions
from dimcalc.presets import DIMENSIONAL_FACTORS

for carrier, factor in DIMENSIONAL_FACTORS.items():
    parcel = Dimensions(length=60, width=40, height=40)
    weight = DimCalc(dimensional_factor=factor).calculate_chargeable_weight(actual_weight=2000, dimensions=parcel)
    print(f"{carrier}: dimensional {weight.dimensional_weight} g, charged {weight.chargeable_weight} g")
PY
expected='iran_post: dimensional 19200 g, charged 19200 g
dhl: dimensional 19 g, charged 2000 g'
seen="$(venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

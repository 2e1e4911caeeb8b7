#!/usr/bin/env bash
# gsone 0.1.0 (Python). It puts the extension digit of a pallet's number (SSCC) before 17 digits of company prefix and serial
# number, where GS1 has it as the first of those 17, and leaves it out of the check digit: its SSCC have 19 digits instead of 18,
# and the same check digit whatever the extension. The other numbers get the digit and the application identifier of an SSCC too,
# so that a GTIN-13 is (00)0 and 13 digits. biip 5.2.0 refuses them; only without both is a number right.
#
# Seen on 30 November 2026, CPython 3.11. Company prefix 4012345, serial number 123456789:
#   SSCC: (00)0401234501234567890, 19 digits, refused: Expected 18 digits, got 19.
#   SSCC with extension 3: (00)3401234501234567890, 19 digits, refused: Expected 18 digits, got 19.
#   SSCC by GS1 with extension 3: 340123451234567895, 18 digits, valid
#   GTIN-13 of 12345: (00)04012345123456, 14 digits, refused: Expected 18 digits, got 14.
#   GTIN-13 without app_id and ext: 4012345123456, 13 digits, valid
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gsone==0.1.0 biip==5.2.0

cat > client.py <<'PY'
from biip import ParseError
from biip.gtin import Gtin
from biip.sscc import Sscc
from gsone.gsone import calculate_check_digit, get_barcode_gtin13, get_barcode_sscc

PREFIX, SERIAL = "4012345", "123456789"

def show(name, number):
    digits = number.removeprefix("(00)")
    # (00) says that an SSCC follows.
    kind = Sscc if number.startswith("(00)") or len(digits) == 18 else Gtin
    try:
        kind.parse(digits)
        verdict = "valid"
    except ParseError as error:
        verdict = "refused: " + str(error).split(": ", 1)[1]
    print(f"{name}: {number}, {len(digits)} digits, {verdict}")

show("SSCC", get_barcode_sscc(PREFIX, SERIAL))
show("SSCC with extension 3", get_barcode_sscc(PREFIX, SERIAL, ext="3"))
right = f"3{PREFIX}{SERIAL}"
show("SSCC by GS1 with extension 3", f"{right}{calculate_check_digit(right)}")
show("GTIN-13 of 12345", get_barcode_gtin13(PREFIX, "12345"))
show("GTIN-13 without app_id and ext", get_barcode_gtin13(PREFIX, "12345", app_id="", ext=""))
PY
expected='SSCC: (00)0401234501234567890, 19 digits, refused: Expected 18 digits, got 19.
SSCC with extension 3: (00)3401234501234567890, 19 digits, refused: Expected 18 digits, got 19.
SSCC by GS1 with extension 3: 340123451234567895, 18 digits, valid
GTIN-13 of 12345: (00)04012345123456, 14 digits, refused: Expected 18 digits, got 14.
GTIN-13 without app_id and ext: 4012345123456, 13 digits, valid'
seen="$(venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

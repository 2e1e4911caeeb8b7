#!/usr/bin/env bash
# usaddress-scourgify 0.7.1 (Python), with usaddress 0.5.16. An address at a post office box, also one of the forces (APO), is
# refused as one that cannot be broken into its parts, in one line and as a record. The parser below breaks it without
# trouble: its labels for boxes stand in a list of ambiguous ones. Who cleans a shop's orders with it loses these.
#
# Seen on 29 November 2026, CPython 3.11:
#   12 Main St: 12 MAIN ST, SPRINGFIELD, IL, 62704
#   PO Box 1234: UnParseableAddressError
#   PSC 1234 Box 5678: UnParseableAddressError
#   PO Box 1234, for usaddress: PO Box with PO Box 1234, Springfield, IL, 62704
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check usaddress-scourgify==0.7.1 usaddress==0.5.16

cat > client.py <<'PY'
import usaddress
from scourgify import normalize_address_record
from scourgify.exceptions import UnParseableAddressError

def say(line, city, state, code):
    record = {"address_line_1": line, "address_line_2": None, "city": city, "state": state, "postal_code": code}
    try:
        print(f"{line}:", ", ".join(filter(None, normalize_address_record(record).values())))
    except UnParseableAddressError as error:
        print(f"{line}:", type(error).__name__)

say("12 Main St", "Springfield", "IL", "62704")
say("PO Box 1234", "Springfield", "IL", "62704")
say("PSC 1234 Box 5678", "APO", "AE", "09012")
parts, kind = usaddress.tag("PO Box 1234, Springfield, IL 62704")
box = [parts.pop("USPSBoxType"), parts.pop("USPSBoxID")]
print("PO Box 1234, for usaddress:", kind, "with", ", ".join([" ".join(box), *parts.values()]))
PY
expected="12 Main St: 12 MAIN ST, SPRINGFIELD, IL, 62704
PO Box 1234: UnParseableAddressError
PSC 1234 Box 5678: UnParseableAddressError
PO Box 1234, for usaddress: PO Box with PO Box 1234, Springfield, IL, 62704"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-purolator 2026.1.32 (Python). A shipment of several parcels is asked for, rated and labelled, with
# all of them listed, but with one piece as their number; and the total weight is in pounds without what is behind the point,
# so that the pieces weigh more than all of them together.
#
# Seen on 30 November 2026, CPython 3.11, for three parcels of 2.7 kg, which are 17.86 lb together:
#   the rate is asked for 1 piece of 17 lb
#   the label is asked for 1 piece of 17 lb
#   beside the list 2.7 kg, 2.7 kg, 2.7 kg
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-purolator==2026.1.32

cat > client.py <<'PY'
import re
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import RateRequest, ShipmentRequest

purolator = karrio.gateway["purolator"].create({"username": "none", "password": "none", "account_number": "1", "user_token": "none"})
shop = {"company_name": "Example Shop", "person_name": "Ann Example", "address_line1": "1 Main St", "city": "Toronto",
        "state_code": "ON", "postal_code": "M5V 3L9", "country_code": "CA", "phone_number": "4165550100"}
home = {**shop, "company_name": "Other Shop", "city": "Calgary", "state_code": "AB", "postal_code": "T2P 1J9"}
parcel = {"weight": 2.7, "weight_unit": "KG", "length": 30, "width": 20, "height": 10, "dimension_unit": "CM"}
shipment = {"shipper": shop, "recipient": home, "parcels": [parcel] * 3, "payment": {"paid_by": "sender"}}

def says(xml, what):
    [pieces] = re.findall(r"<v2:TotalPieces>(.*?)</v2:TotalPieces>", xml)
    [(value, unit)] = re.findall(r"<v2:TotalWeight>\s*<v2:Value>(.*?)</v2:Value>\s*<v2:WeightUnit>(.*?)</v2:WeightUnit>", xml)
    print(f"the {what} is asked for {pieces} piece of {value} {unit}")

rate = purolator.mapper.create_rate_request(lib.to_object(RateRequest, {**shipment, "services": ["purolator_ground"]})).serialize()
says(rate, "rate")
steps = purolator.mapper.create_shipment_request(lib.to_object(ShipmentRequest, {**shipment, "service": "purolator_ground"})).serialize()
label = steps["create"]().data.serialize() if not isinstance(steps, str) else steps
says(label, "label")
pieces = re.findall(r"<v2:Weight>\s*<v2:Value>(.*?)</v2:Value>\s*<v2:WeightUnit>(.*?)</v2:WeightUnit>", label)
print("beside the list", ", ".join(" ".join(piece) for piece in pieces))
PY
expected='the rate is asked for 1 piece of 17 lb
the label is asked for 1 piece of 17 lb
beside the list 2.7 kg, 2.7 kg, 2.7 kg'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

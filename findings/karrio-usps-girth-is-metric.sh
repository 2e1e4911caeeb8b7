#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-usps and karrio-usps-international 2026.1.32 (Python). A label is asked for with the sides of the
# parcel in inches, and says so, but with the girth, twice the two shorter sides, in centimetres beside them. A box of
# 20 x 14 x 12 inches has length and girth of 72 inches; by what is sent it has 152.08, and above 108 a parcel is oversize.
# Rates are asked for without a girth.
#
# Seen on 30 November 2026, CPython 3.11:
#   usps is sent 20.0 x 14.0 x 12.0 in with a girth of 132.08, not 52
#   usps_international is sent 20.0 x 14.0 x 12.0 in with a girth of 132.08, not 52
#   usps rates: girth None
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-usps==2026.1.32 karrio-usps-international==2026.1.32

cat > client.py <<'PY'
import json
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import RateRequest, ShipmentRequest

shop = {"company_name": "Example Shop", "person_name": "Ann Example", "address_line1": "1 Main St", "city": "Austin",
        "state_code": "TX", "postal_code": "78701", "country_code": "US", "phone_number": "5125550100"}
near = {**shop, "person_name": "Bo Example", "city": "Boston", "state_code": "MA", "postal_code": "02108"}
far = {"person_name": "Bo Beispiel", "address_line1": "Musterweg 1", "city": "Berlin", "postal_code": "10115", "country_code": "DE"}
box = {"weight": 9, "weight_unit": "LB", "length": 20, "width": 14, "height": 12, "dimension_unit": "IN"}
settings = {"client_id": "none", "client_secret": "none", "account_number": "1", "account_type": "EPS"}

def first(request):
    sent = request.serialize()
    sent = json.loads(sent) if isinstance(sent, str) else sent
    return (sent[0] if isinstance(sent, list) else sent)["packageDescription"]

for carrier, service, home in [("usps", "usps_ground_advantage", near), ("usps_international", "usps_priority_mail_international", far)]:
    shipment = {"service": service, "shipper": shop, "recipient": home, "parcels": [box], "customs": {"commodities": [
        {"quantity": 1, "description": "lamp", "weight": 9, "weight_unit": "LB", "value_amount": 40, "value_currency": "USD"}]}}
    sent = first(karrio.gateway[carrier].create(settings).mapper.create_shipment_request(lib.to_object(ShipmentRequest, shipment)))
    sides = f"{sent['length']} x {sent['width']} x {sent['height']} {sent['dimensionsUOM']}"
    print(carrier, "is sent", sides, "with a girth of", f"{sent['girth']}, not 52")
rates = lib.to_object(RateRequest, {"shipper": shop, "recipient": near, "parcels": [box], "services": ["usps_ground_advantage"]})
print("usps rates: girth", first(karrio.gateway["usps"].create(settings).mapper.create_rate_request(rates)).get("girth"))
PY
expected='usps is sent 20.0 x 14.0 x 12.0 in with a girth of 132.08, not 52
usps_international is sent 20.0 x 14.0 x 12.0 in with a girth of 132.08, not 52
usps rates: girth None'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

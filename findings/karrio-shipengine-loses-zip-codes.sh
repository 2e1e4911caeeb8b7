#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-shipengine 2026.1.32 (Python). The postal code of both addresses is sent to ShipEngine as a number,
# for rates and for labels: a ZIP code of New England loses its zero, and whatever is not digits alone, a ZIP code of nine digits
# as well as every Canadian and British code, is not sent at all. There is no error; the address has street, town and state left.
# Other carriers' extensions of the same version send the code as it was given.
#
# Seen on 30 November 2026, CPython 3.11:
#   02108      ShipEngine is sent 2108         EasyPost is sent "02108"
#   02108-1234 ShipEngine is sent null         EasyPost is sent "02108-1234"
#   M5V 3L9    ShipEngine is sent null         EasyPost is sent "M5V 3L9"
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-shipengine==2026.1.32 karrio-easypost==2026.1.32

cat > client.py <<'PY'
import json
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import ShipmentRequest

shipengine = karrio.gateway["shipengine"].create({"api_key": "none"})
easypost = karrio.gateway["easypost"].create({"api_key": "none"})
shop = {"company_name": "Example Shop", "address_line1": "1 Main St", "city": "Austin", "state_code": "TX", "postal_code": "78701", "country_code": "US"}

def request(gateway, service, code):
    place = {"state_code": "ON", "city": "Toronto", "country_code": "CA"} if code[0] == "M" else {"state_code": "MA", "city": "Boston"}
    parcel = {"weight": 1, "weight_unit": "LB", "length": 9, "width": 6, "height": 3, "dimension_unit": "IN"}
    shipment = {"service": service, "shipper": shop, "recipient": {**shop, **place, "postal_code": code}, "parcels": [parcel]}
    sent = gateway.mapper.create_shipment_request(lib.to_object(ShipmentRequest, shipment)).serialize()
    return json.loads(sent) if isinstance(sent, str) else sent

for code in ["02108", "02108-1234", "M5V 3L9"]:
    a = request(shipengine, "shipengine_usps_priority_mail", code)["shipment"]["ship_to"].get("postal_code")
    b = request(easypost, "easypost_usps_priority", code)["data"]["shipment"]["to_address"]["zip"]
    print(f"{code:10} ShipEngine is sent {json.dumps(a):12} EasyPost is sent {json.dumps(b)}")
PY
expected='02108      ShipEngine is sent 2108         EasyPost is sent "02108"
02108-1234 ShipEngine is sent null         EasyPost is sent "02108-1234"
M5V 3L9    ShipEngine is sent null         EasyPost is sent "M5V 3L9"'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

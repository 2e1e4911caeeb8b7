#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-dhl-parcel-de and karrio-canadapost 2026.1.32 (Python). One shipment of several parcels with an
# amount to collect on delivery asks each parcel's driver to collect the whole amount: the buyer of an order of 33.40 in two
# parcels is asked for 66.80.
#
# Seen on 30 November 2026, CPython 3.11, for cash_on_delivery 33.4 and two parcels:
#   dhl_parcel_de is sent 33.4, 33.4
#   canadapost is sent 33.4, 33.4
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-dhl-parcel-de==2026.1.32 karrio-canadapost==2026.1.32

cat > client.py <<'PY'
import json, re
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import ShipmentRequest

names = {"company_name": "Example Shop", "person_name": "Ann Example", "phone_number": "5125550100"}
german = {**names, "address_line1": "Musterweg 1", "city": "Berlin", "postal_code": "10115", "country_code": "DE"}
canadian = {**names, "address_line1": "1 Main St", "city": "Toronto", "state_code": "ON", "postal_code": "M5V 3L9", "country_code": "CA"}

def sent(carrier, settings, service, place, currency):
    parcel = {"weight": 2, "weight_unit": "KG", "length": 30, "width": 20, "height": 10, "dimension_unit": "CM"}
    shipment = {"service": service, "shipper": place, "recipient": place, "parcels": [parcel, parcel],
                "options": {"cash_on_delivery": 33.4, "currency": currency}}
    request = karrio.gateway[carrier].create(settings).mapper.create_shipment_request(lib.to_object(ShipmentRequest, shipment)).serialize()
    return request if isinstance(request, str) else json.dumps(request)

dhl = sent("dhl_parcel_de", {"username": "none", "password": "none", "client_id": "none", "client_secret": "none"},
           "dhl_parcel_de_paket", german, "EUR")
print("dhl_parcel_de is sent", ", ".join(re.findall(r'"cashOnDelivery": \{[^}]*"value": ([\d.]+)', dhl)))
post = sent("canadapost", {"username": "none", "password": "none", "customer_number": "2004381"}, "canadapost_expedited_parcel", canadian, "CAD")
print("canadapost is sent", ", ".join(re.findall(r"<option-code>COD</option-code>[\s\\n]*<option-amount>([\d.]+)<", post)))
PY
expected='dhl_parcel_de is sent 33.4, 33.4
canadapost is sent 33.4, 33.4'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

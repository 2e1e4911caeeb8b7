#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-dhl-express and karrio-ups 2026.1.32 (Python). A shipment whose customs information lists its goods
# with their prices, but has no declared value beside them, is declared to DHL Express and to UPS with a value of one: the sum of
# the list is not taken, as karrio-mydhl of the same version takes it. Setting options.declared_value helps with all three.
#
# Seen on 30 November 2026, CPython 3.11, for an invoice of 3 mugs at 12.50 USD:
#   dhl_express declares 1 USD
#   ups declares 1.0 USD
#   mydhl declares 37.5 USD
#   with options.declared_value 37.5: 37.5, 37.5, 37.5
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-dhl-express==2026.1.32 \
    karrio-mydhl==2026.1.32 karrio-ups==2026.1.32

cat > client.py <<'PY'
import json, re
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import ShipmentRequest

shop = {"company_name": "Example Shop", "person_name": "Ann Example", "address_line1": "1 Main St", "city": "Austin",
        "state_code": "TX", "postal_code": "78701", "country_code": "US", "phone_number": "5125550100"}
home = {"person_name": "Bo Beispiel", "address_line1": "Musterweg 1", "city": "Berlin", "postal_code": "10115",
        "country_code": "DE", "phone_number": "+49305550100"}
mugs = {"quantity": 3, "description": "mugs", "hs_code": "691200", "value_amount": 12.5, "value_currency": "USD",
        "weight": 0.5, "weight_unit": "KG", "origin_country": "US"}

def request(carrier, settings, service, options):
    sent = karrio.gateway[carrier].create(settings).mapper.create_shipment_request(lib.to_object(ShipmentRequest, {
        "service": service, "shipper": shop, "recipient": home,
        "parcels": [{"weight": 2, "weight_unit": "KG", "length": 30, "width": 20, "height": 10, "dimension_unit": "CM"}],
        "customs": {"content_type": "merchandise", "incoterm": "DDP", "invoice": "INV-1", "invoice_date": "2026-11-30",
                    "duty": {"paid_by": "sender", "currency": "USD"}, "commodities": [mugs]},
        "options": options,
    })).serialize()
    return sent if isinstance(sent, str) else json.dumps(sent)

def dhl_express(options):
    sent = request("dhl_express", {"site_id": "none", "password": "none", "account_number": "123456789"}, "dhl_express_worldwide_nondoc", options)
    return re.search(r"<DeclaredValue>(.*?)</DeclaredValue>", sent)[1]

def ups(options):
    sent = request("ups", {"client_id": "none", "client_secret": "none", "account_number": "A1B2C3"}, "ups_worldwide_express", options)
    return json.loads(sent)["ShipmentRequest"]["Shipment"]["InvoiceLineTotal"]["MonetaryValue"]

def mydhl(options):
    sent = request("mydhl", {"username": "none", "password": "none", "account_number": "123456789"}, "mydhl_express_worldwide_nondoc", options)
    return json.loads(sent)["shipment"]["content"]["declaredValue"]

for carrier in [dhl_express, ups, mydhl]:
    print(carrier.__name__, "declares", carrier({}), "USD")
print("with options.declared_value 37.5:", ", ".join(str(carrier({"declared_value": 37.5})) for carrier in [dhl_express, ups, mydhl]))
PY
expected='dhl_express declares 1 USD
ups declares 1.0 USD
mydhl declares 37.5 USD
with options.declared_value 37.5: 37.5, 37.5, 37.5'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-mydhl 2026.1.32 (Python). The price of an item goes to DHL Express without its cents, so that the
# lines of the customs invoice no longer add up to the value that is declared beside them, and whatever costs less than one is
# declared for nothing. The sides of a parcel lose what is behind the point too, for rates and for labels. The weight keeps it.
#
# Seen on 30 November 2026, CPython 3.11:
#   3 mugs of 12.50 are sent as 3 of 12
#   10 stickers of 0.95 are sent as 10 of 0
#   declared value 47.0
#   30.5 x 20.9 x 10.2 cm are sent as 30 x 20 x 10
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-mydhl==2026.1.32

cat > client.py <<'PY'
import json
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import ShipmentRequest

dhl = karrio.gateway["mydhl"].create({"username": "none", "password": "none", "account_number": "123456789"})
shop = {"company_name": "Example Shop", "person_name": "Ann Example", "address_line1": "1 Main St", "city": "Austin",
        "state_code": "TX", "postal_code": "78701", "country_code": "US", "phone_number": "5125550100"}
home = {"person_name": "Bo Beispiel", "address_line1": "Musterweg 1", "city": "Berlin", "postal_code": "10115",
        "country_code": "DE", "phone_number": "+49305550100"}
item = {"weight": 0.5, "weight_unit": "KG", "value_currency": "USD", "origin_country": "US"}
sent = dhl.mapper.create_shipment_request(lib.to_object(ShipmentRequest, {
    "service": "mydhl_express_worldwide_nondoc", "shipper": shop, "recipient": home,
    "parcels": [{"weight": 2.45, "weight_unit": "KG", "length": 30.5, "width": 20.9, "height": 10.2, "dimension_unit": "CM"}],
    "customs": {"content_type": "merchandise", "incoterm": "DDP", "invoice": "INV-1", "invoice_date": "2026-11-30",
                "duty": {"paid_by": "sender", "currency": "USD"}, "commodities": [
        {**item, "quantity": 3, "description": "mugs", "hs_code": "691200", "value_amount": 12.5},
        {**item, "quantity": 10, "description": "stickers", "hs_code": "482110", "value_amount": 0.95}]},
})).serialize()
content = (json.loads(sent) if isinstance(sent, str) else sent)["shipment"]["content"]
for line, price in zip(content["exportDeclaration"]["lineItems"], ["12.50", "0.95"]):
    count = line["quantity"]["value"]
    print(f"{count} {line['description']} of {price} are sent as {count} of {line['price']}")
print("declared value", content["declaredValue"])
sides = content["packages"][0]["dimensions"]
print("30.5 x 20.9 x 10.2 cm are sent as", sides["length"], "x", sides["width"], "x", sides["height"])
PY
expected='3 mugs of 12.50 are sent as 3 of 12
10 stickers of 0.95 are sent as 10 of 0
declared value 47.0
30.5 x 20.9 x 10.2 cm are sent as 30 x 20 x 10'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

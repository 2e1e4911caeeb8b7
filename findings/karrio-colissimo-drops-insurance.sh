#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-colissimo 2026.1.32 (Python). The options for insurance and for an amount to collect on delivery are
# known by name, and then looked for under another: a Colissimo label is asked for without insurance and without collecting
# anything, and nothing says so. The amounts that are asked for reach Chronopost by the same version.
#
# Seen on 30 November 2026, CPython 3.11, for {"insurance": 120.5, "cash_on_delivery": 33.25}:
#   colissimo: insurance None, collect False, amount None
#   chronopost: insurance 120.5, collect 33.25
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-colissimo==2026.1.32 karrio-chronopost==2026.1.32

cat > client.py <<'PY'
import inspect, json, re
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import ShipmentRequest
from karrio.mappers.chronopost.settings import Settings as Chronopost
from karrio.mappers.colissimo.settings import Settings as Colissimo

shop = {"company_name": "Exemple SARL", "person_name": "Ann Example", "address_line1": "1 rue Exemple", "city": "Paris",
        "postal_code": "75001", "country_code": "FR", "phone_number": "+33155550100"}
parcel = {"weight": 2, "weight_unit": "KG", "length": 30, "width": 20, "height": 10, "dimension_unit": "CM"}

def sent(carrier, settings, service):
    needed = [name for name, p in inspect.signature(settings).parameters.items() if p.default is inspect.Parameter.empty]
    request = karrio.gateway[carrier].create({name: "1" for name in needed}).mapper.create_shipment_request(lib.to_object(ShipmentRequest, {
        "service": service, "shipper": shop, "recipient": {**shop, "company_name": "Autre Exemple"}, "parcels": [parcel],
        "payment": {"paid_by": "sender"}, "label_type": "PDF",
        "options": {"insurance": 120.5, "cash_on_delivery": 33.25, "currency": "EUR"},
    })).serialize()
    return request if isinstance(request, str) else json.dumps(request)

parcel_sent = json.loads(sent("colissimo", Colissimo, "colissimo_home_with_signature"))["letter"]["parcel"]
print(f"colissimo: insurance {parcel_sent.get('insuranceValue')}, collect {parcel_sent['cod']}, amount {parcel_sent.get('codamount')}")
xml = sent("chronopost", Chronopost, "chronopost_13")
print("chronopost: insurance", re.search("<insuredValue>(.*?)<", xml)[1] + ", collect", re.search("<codValue>(.*?)<", xml)[1])
PY
expected='colissimo: insurance None, collect False, amount None
chronopost: insurance 120.5, collect 33.25'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# karrio 2026.1.32 with karrio-australiapost 2026.1.32 (Python). With insurance, the price is asked for with transit cover of that
# amount, and the label without any: the parcel for which cover was quoted travels uncovered. Both requests are given the same
# options, and nothing says that one of them is not sent.
#
# Seen on 30 November 2026, CPython 3.11, for {"insurance": 500, "australiapost_authority_to_leave": true}:
#   the price is asked for with cover of 500.0
#   the label is asked for with cover of None, authority to leave True
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check karrio==2026.1.32 karrio-australiapost==2026.1.32

cat > client.py <<'PY'
import json
import karrio.lib as lib
import karrio.sdk as karrio
from karrio.core.models import RateRequest, ShipmentRequest

post = karrio.gateway["australiapost"].create({"api_key": "none", "password": "none", "account_number": "1234567"})
shop = {"company_name": "Example Shop", "person_name": "Ann Example", "address_line1": "1 Main St", "city": "Sydney",
        "state_code": "NSW", "postal_code": "2000", "country_code": "AU", "phone_number": "0255500100"}
home = {**shop, "company_name": "Other Shop", "city": "Melbourne", "state_code": "VIC", "postal_code": "3000"}
parcel = {"weight": 2, "weight_unit": "KG", "length": 30, "width": 20, "height": 10, "dimension_unit": "CM"}
options = {"insurance": 500, "australiapost_authority_to_leave": True}
common = {"shipper": shop, "recipient": home, "parcels": [parcel], "options": options}

def sent(request):
    serialized = request.serialize()
    return json.loads(serialized) if isinstance(serialized, str) else serialized

def cover(item):
    return ((item.get("features") or {}).get("TRANSIT_COVER") or {}).get("attributes", {}).get("cover_amount")

[item] = sent(post.mapper.create_rate_request(lib.to_object(RateRequest, {**common, "services": ["australiapost_parcel_post"]})))["items"]
print("the price is asked for with cover of", cover(item))
label = sent(post.mapper.create_shipment_request(lib.to_object(ShipmentRequest, {**common, "service": "australiapost_parcel_post"})))
[item] = label["shipment"]["shipments"][0]["items"]
print(f"the label is asked for with cover of {cover(item)}, authority to leave {item.get('authority_to_leave')}")
PY
expected='the price is asked for with cover of 500.0
the label is asked for with cover of None, authority to leave True'
seen="$(KARRIO_LOG_LEVEL=ERROR venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# etsyv3 0.0.7 with requests 2.34.2 (Python), a client for Etsy. Its token is good for an hour, and the call that finds it expired
# gets a new one and then starts again without what it was to do: whatever it was, it is a GET of the same address. A parcel is
# not reported, an order not marked as shipped, and the caller is given what Etsy answers to a read, so that nobody is told; where
# there is nothing to read, it is an error about something else. Who refreshes in time (refresh()) is safe.
#
# Seen on 30 November 2026, CPython 3.11. What Etsy is asked, with a token that is good and with one that has expired:
#   good: POST /v3/application/shops/1/receipts/1001/tracking {"tracking_code": "1Z5R89390357567127", "carrier_name": "ups"}
#   good: PUT /v3/application/shops/1/receipts/1001 {"was_shipped": true}
#   good: the caller is given {'receipt_id': 1001} and {'receipt_id': 1001}
#   expired: POST /v3/public/oauth/token
#   expired: GET /v3/application/shops/1/receipts/1001/tracking
#   expired: POST /v3/public/oauth/token
#   expired: GET /v3/application/shops/1/receipts/1001
#   expired: the caller is given {'receipt_id': 1001} and {'receipt_id': 1001}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check etsyv3==0.0.7 requests==2.34.2

# An adapter stands for Etsy and prints what it is asked.
cat > client.py <<'PY'
import json
from datetime import datetime, timedelta
from etsyv3 import EtsyAPI
from etsyv3.models.receipt_request import CreateReceiptShipmentRequest, UpdateShopReceiptRequest
from requests import Response
from requests.adapters import BaseAdapter

class Etsy(BaseAdapter):
    def __init__(self, what):
        super().__init__()
        self.what = what

    def send(self, request, **_):
        login = request.path_url.endswith("/token")
        body = "" if login or request.body is None else " " + json.dumps(json.loads(request.body))
        print(f"{self.what}: {request.method} {request.path_url}{body}")
        response = Response()
        response.status_code = 200
        token = {"access_token": "7.new", "refresh_token": "7.next", "expires_in": 3600}
        response._content = json.dumps(token if login else {"receipt_id": 1001}).encode()
        return response

    def close(self):
        pass

for what, minutes in [("good", 59), ("expired", -1)]:
    given = []
    for call, write in [
        ("create_receipt_shipment", CreateReceiptShipmentRequest(tracking_code="1Z5R89390357567127", carrier_name="ups")),
        ("update_shop_receipt", UpdateShopReceiptRequest(was_shipped=True)),
    ]:
        api = EtsyAPI("key", "7.old", "7.refresh", datetime.utcnow() + timedelta(minutes=minutes))
        api.session.mount("https://api.etsy.com", Etsy(what))
        given.append(getattr(api, call)(1, 1001, write))
    print(f"{what}: the caller is given", " and ".join(map(str, given)))
PY
expected='good: POST /v3/application/shops/1/receipts/1001/tracking {"tracking_code": "1Z5R89390357567127", "carrier_name": "ups"}
good: PUT /v3/application/shops/1/receipts/1001 {"was_shipped": true}
good: the caller is given {'"'"'receipt_id'"'"': 1001} and {'"'"'receipt_id'"'"': 1001}
expired: POST /v3/public/oauth/token
expired: GET /v3/application/shops/1/receipts/1001/tracking
expired: POST /v3/public/oauth/token
expired: GET /v3/application/shops/1/receipts/1001
expired: the caller is given {'"'"'receipt_id'"'"': 1001} and {'"'"'receipt_id'"'"': 1001}'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

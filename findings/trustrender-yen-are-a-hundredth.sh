#!/usr/bin/env bash
# trustrender 0.3.5 (Python). Invoices that come from Stripe are read as if each currency had a hundred of something. Stripe gives
# amounts in the smallest unit of the currency, which is 1 for yen and a thousandth for Kuwaiti dinars (its documentation on
# currencies lists both kinds), so a mug at 1200 yen is an invoice of 12.00 yen, and one at 1.200 dinars is an invoice of 12
# dinars. Nothing is remarked on: both are ready for an electronic invoice, like the one in dollars that is right.
#
# Seen on 30 November 2026, CPython 3.11. A unit amount of 1200:
#   usd: ready, $12.00, 0 errors, 0 warnings
#   jpy: ready, ¥12.00, 0 errors, 0 warnings
#   kwd: ready, KWD 12.00, 0 errors, 0 warnings
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check trustrender==0.3.5

cat > client.py <<'PY'
from trustrender import validate_invoice
from trustrender.adapters import from_stripe

for currency in ["usd", "jpy", "kwd"]:
    line = {"object": "line_item", "description": "Mug", "quantity": 1, "amount": 1200, "currency": currency,
            "price": {"object": "price", "currency": currency, "unit_amount": 1200}}
    invoice = {
        "object": "invoice", "number": "INV-7", "created": 1796000000, "due_date": 1797000000, "currency": currency,
        "subtotal": 1200, "tax": 0, "total": 1200, "customer_name": "Ann Example", "customer_email": "ann@example.com",
        "customer_address": {"line1": "1 High Street", "city": "London", "postal_code": "N1 1AA", "country": "GB"},
        "lines": {"object": "list", "data": [line]}, "sender": {"name": "Mugs Ltd."},
    }
    result = validate_invoice(from_stripe(invoice))
    total = result["template_payload"]["total"]
    print(f"{currency}: {result['status']}, {total}, {len(result['errors'])} errors, {len(result['warnings'])} warnings")
PY
expected="usd: ready, \$12.00, 0 errors, 0 warnings
jpy: ready, ¥12.00, 0 errors, 0 warnings
kwd: ready, KWD 12.00, 0 errors, 0 warnings"
seen="$(venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# trustrender 0.3.5 (Python). Its adapter for orders of Shopify reads neither the lines of shipping, nor discounts, nor whether
# prices hold the tax already, while the check after it wants the lines to add up to the subtotal, and subtotal and tax to the
# total. So an order with a charge for shipping, with a discount or with gross prices, as shops in Europe have them, is blocked
# for its arithmetic, although all of its numbers are right; only one that has none of these is ready. The README says that a
# raw order with its seller added passes.
#
# Seen on 30 November 2026, CPython 3.11:
#   none of these: ready
#   shipping: blocked, total (124.95) != subtotal (100.0) + tax_amount (19.95) = 119.95
#   discount: blocked, subtotal (80.0) != sum of line totals (100.0)
#   gross prices: blocked, total (100.0) != subtotal (100.0) + tax_amount (15.97) = 115.97
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check trustrender==0.3.5

cat > client.py <<'PY'
from trustrender import validate_invoice
from trustrender.adapters import from_shopify

def order(total, tax, subtotal="100.00", shipping=None, discount="0.00", gross=False):
    lines = [{"title": "Standard", "price": shipping, "discounted_price": shipping}] if shipping else []
    return {"id": 1, "name": "#1001", "created_at": "2026-11-30T09:00:00+01:00", "currency": "EUR", "taxes_included": gross,
            "subtotal_price": subtotal, "total_line_items_price": "100.00", "total_discounts": discount, "shipping_lines": lines,
            "total_tax": tax, "total_price": total, "tax_lines": [{"title": "MwSt", "rate": 0.19, "price": tax}],
            "customer": {"first_name": "A", "last_name": "Buyer"}, "sender": {"name": "Example GmbH"},
            "line_items": [{"title": "Mug", "quantity": 2, "price": "50.00", "total_discount": discount}]}

for title, raw in [
    ("none of these", order("119.00", "19.00")),
    ("shipping", order("124.95", "19.95", shipping="5.00")),
    ("discount", order("95.20", "15.20", subtotal="80.00", discount="20.00")),
    ("gross prices", order("100.00", "15.97", gross=True)),
]:
    result = validate_invoice(from_shopify(raw))
    print(", ".join([f"{title}: {result['status']}"] + [error["message"].split(" — ")[0] for error in result["errors"]]))
PY
expected='none of these: ready
shipping: blocked, total (124.95) != subtotal (100.0) + tax_amount (19.95) = 119.95
discount: blocked, subtotal (80.0) != sum of line totals (100.0)
gross prices: blocked, total (100.0) != subtotal (100.0) + tax_amount (15.97) = 115.97'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# stripe-xrechnung 0.1.0 (Python). The electronic invoice (XRechnung) that it makes of one of Stripe asks for the price before a
# coupon: a line's amount at Stripe is the one before discounts, which stand beside it (discount_amounts), and these are not
# read. The buyer paid 95.20, and the invoice, with its tax, is of 119.00. By the README Stripe's subtotal, tax and total are
# for a cross-check; nothing is reported, neither by validate_invoice nor by the command with --strict. Without a coupon all is
# right.
#
# Seen on 30 November 2026, CPython 3.11:
#   no coupon: Stripe 119.00, invoice 119.00 with 19.00 of tax, issues 0
#   20 % off: Stripe 95.20, invoice 119.00 with 19.00 of tax, issues 0
#   the command with --strict: 119.00, exit 0
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check stripe-xrechnung==0.1.0

cat > client.py <<'PY'
import json, re, subprocess
from stripe_xrechnung import emit_ubl, map_stripe, validate_invoice

SELLER = {"name": "Example GmbH", "street": "Musterweg 1", "city": "Berlin", "postal_code": "10115", "country": "DE",
          "vat_id": "DE123456789", "email": "seller@example.com", "phone": "+49 30 0000000", "contact_name": "A Seller",
          "iban": "DE89370400440532013000"}
RATE = {"object": "tax_rate", "percentage": 19.0, "inclusive": False}

def invoice(discount):
    tax = (10000 - discount) * 19 // 100
    off = [{"amount": discount, "discount": "di_1"}] if discount else []
    line = {"id": "il_1", "object": "line_item", "description": "Mug", "quantity": 1, "amount": 10000, "discountable": True,
            "discount_amounts": off, "price": {"unit_amount": 10000},
            "tax_amounts": [{"amount": tax, "inclusive": False, "tax_rate": RATE}]}
    total = 10000 - discount + tax
    return {"object": "invoice", "id": "in_1", "number": "A-1", "currency": "eur", "created": 1796000000, "due_date": 1797000000,
            "customer_name": "Buyer AG", "customer_email": "buyer@example.com", "metadata": {"leitweg_id": "04011000-12345-35"},
            "customer_address": {"line1": "Weg 2", "city": "Hamburg", "postal_code": "20095", "country": "DE"},
            "subtotal": 10000, "total_discount_amounts": off, "tax": tax, "total": total, "amount_due": total,
            "lines": {"object": "list", "data": [line]}, "seller": SELLER}

def first(name, xml):
    return re.search(rf"<cbc:{name} [^>]*>([^<]*)", xml)[1]

for title, discount in [("no coupon", 0), ("20 % off", 2000)]:
    source = invoice(discount)
    mapped = map_stripe(source)
    xml = emit_ubl(mapped).decode()
    print(f"{title}: Stripe {source['total'] / 100:.2f}, invoice {first('PayableAmount', xml)} with {first('TaxAmount', xml)} of tax,"
          f" issues {len(validate_invoice(mapped).issues)}")
with open("invoice.json", "w") as file:
    json.dump(invoice(2000), file)
command = ["venv/bin/stripe-xrechnung", "emit", "invoice.json", "--strict", "-o", "invoice.xml"]
code = subprocess.run(command, capture_output=True).returncode
print(f"the command with --strict: {first('PayableAmount', open('invoice.xml').read())}, exit {code}")
PY
expected='no coupon: Stripe 119.00, invoice 119.00 with 19.00 of tax, issues 0
20 % off: Stripe 95.20, invoice 119.00 with 19.00 of tax, issues 0
the command with --strict: 119.00, exit 0'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

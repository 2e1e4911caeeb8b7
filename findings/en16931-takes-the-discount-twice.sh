#!/usr/bin/env bash
# en16931 0.2 (Python). On an invoice with two rates of tax the discount is taken off the base of each of them, and a charge for
# shipping is added to each. By the standard it is named for, the bases add up to the total without tax (a discount has a rate,
# or is split by rate); here they add up to 160.00 of 180.00. The tax of 24.80 is less than with the 20.00 wholly at 21 % (26.80)
# or wholly at 10 % (29.00), and with shipping for 20.00 it is 37.20 where at most 35.20 are due. Both are in the amount to pay.
#
# Seen on 30 November 2026, CPython 3.11. A mug at 100.00 with 21 % and a book at 100.00 with 10 %:
#   as it is: without tax 200.00, bases 100.00 + 100.00 = 200.00, tax 31.00, to pay 231.00
#   discount of 20.00: without tax 180.00, bases 80.00 + 80.00 = 160.00, tax 24.80, to pay 204.80
#   charge of 20.00: without tax 220.00, bases 120.00 + 120.00 = 240.00, tax 37.20, to pay 257.20
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check en16931==0.2 py-money==0.5.0

cat > client.py <<'PY'
import re
from decimal import Decimal
from en16931 import Entity, Invoice, InvoiceLine

def party(name):
    return Entity(name=name, registration_name=name, tax_scheme="VAT", tax_scheme_id="ES12345678Z", country="ES",
                  party_legal_entity_id="ES12345678Z", mail="shop@example.com", endpoint="ES12345678Z", endpoint_scheme="ES:VAT",
                  address="Calle Mayor 1", postalzone="08080", city="Barcelona", province="Barcelona")

for name, member in [("as it is", None), ("discount of 20.00", "discount_amount"), ("charge of 20.00", "charge_amount")]:
    invoice = Invoice(invoice_id="R-1", currency="EUR")
    invoice.seller_party, invoice.buyer_party = party("Tazas"), party("Tienda")
    invoice.issue_date, invoice.due_date = "2026-11-05", "2026-12-05"
    for item, rate in [("Mug", 0.21), ("Book", 0.1)]:
        invoice.add_line(InvoiceLine(quantity=1, unit_code="EA", price=100, item_name=item, currency="EUR",
                                     tax_percent=rate, tax_category="S"))
    if member:
        setattr(invoice, member, 20)
    xml = invoice.to_xml()
    amounts = {element: re.findall(f"<cbc:{element}[^>]*>([^<]+)<", xml)
               for element in ["TaxExclusiveAmount", "TaxableAmount", "TaxAmount", "PayableAmount"]}
    bases = amounts["TaxableAmount"]
    print(f"{name}: without tax {amounts['TaxExclusiveAmount'][0]}, bases {' + '.join(bases)} = {sum(map(Decimal, bases))}, "
          f"tax {amounts['TaxAmount'][0]}, to pay {amounts['PayableAmount'][0]}")
PY
expected='as it is: without tax 200.00, bases 100.00 + 100.00 = 200.00, tax 31.00, to pay 231.00
discount of 20.00: without tax 180.00, bases 80.00 + 80.00 = 160.00, tax 24.80, to pay 204.80
charge of 20.00: without tax 220.00, bases 120.00 + 120.00 = 240.00, tax 37.20, to pay 257.20'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

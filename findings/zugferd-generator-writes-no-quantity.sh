#!/usr/bin/env bash
# zugferd-generator 1.2.1 (Node). It demands the quantity of each line of an invoice and does not write it: three mugs at 100.00
# are a mug at 100.00 with a total of 300.00. The tax and the total of the invoice stand in elements that a Cross Industry
# Invoice does not have, and the profile is called ZUGFeRD, which is none of the standard's, so that readers (drafthorse
# 2025.2.0 and pycheval 0.3.3, Python) refuse what the README calls a ZUGFeRD-compliant invoice, and one that is told to be
# lenient finds neither amount.
#
# Seen on 30 November 2026, Node 20 and CPython 3.11:
#   written of the line: LineID 1, Name Mug, ChargeAmount 100.00, LineTotalAmount 300.00
#   drafthorse: Unknown element TaxTotal
#   drafthorse, lenient: quantity none, grand total none
#   pycheval: Unsupported profile: ZUGFeRD
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . zugferd-generator@1.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check drafthorse==2025.2.0 pycheval==0.3.3

cat > client.mjs <<'JS'
import { writeFileSync } from "node:fs";
import ZUGFeRDGenerator from "zugferd-generator";

const invoice = {
  id: "INV-001", issueDate: "20261130", currency: "EUR", totalAmount: 357,
  supplier: { name: "Supplier Ltd.", country: "DE" }, customer: { name: "Customer Ltd.", country: "DE" },
  taxTotal: { taxAmount: 57, taxPercentage: 19 },
  lineItems: [{ id: "1", description: "Mug", quantity: 3, unitPrice: 100, lineTotal: 300 }],
};
const xml = new ZUGFeRDGenerator(invoice).toXMLString();
const line = xml.slice(xml.indexOf("<ram:IncludedSupplyChainTradeLineItem>"));
const values = [...line.matchAll(/<ram:(\w+)[^>]*>([^<\s]+)</g)].map(([, name, value]) => `${name} ${value}`);
console.log("written of the line:", values.join(", "));
writeFileSync("invoice.xml", xml);
JS
cat > client.py <<'PY'
from pathlib import Path
import pycheval
from drafthorse.models.document import Document

path = Path("invoice.xml")
try:
    Document.parse(path.read_bytes())
    print("drafthorse: read")
except TypeError as error:
    print("drafthorse:", " ".join(part.split("}")[-1] for part in str(error).split()))
trade = Document.parse(path.read_bytes(), strict=False).trade
quantity = trade.items.children[0].delivery.billed_quantity._amount
total = trade.settlement.monetary_summation.grand_total._amount
print(f"drafthorse, lenient: quantity {quantity or 'none'}, grand total {total or 'none'}")
try:
    pycheval.parse_xml(path)
    print("pycheval: read")
except Exception as error:
    print("pycheval:", error)
PY
expected='written of the line: LineID 1, Name Mug, ChargeAmount 100.00, LineTotalAmount 300.00
drafthorse: Unknown element TaxTotal
drafthorse, lenient: quantity none, grand total none
pycheval: Unsupported profile: ZUGFeRD'
seen="$(node client.mjs && venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

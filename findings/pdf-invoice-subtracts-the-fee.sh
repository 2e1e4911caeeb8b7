#!/usr/bin/env bash
# @h1dd3nsn1p3r/pdf-invoice 1.0.12 (Node). The README calls `fee` the amount to be added to the invoice, so it is where a shop puts
# shipping. It has a line of its own in the PDF and is not in the grand total; on an invoice that has a discount for the order
# too, it is taken off the grand total instead, as if it were a second discount.
#
# Seen on 30 November 2026, Node 20, the PDF read with pypdf 7.1.1. Two mugs at 50.00:
#   nothing: Subtotal $100.00, Total Tax $0.00, Grand Total $100.00
#   fee 10: Subtotal $100.00, Total Tax $0.00, Total Fee $10.00, Grand Total $100.00
#   discount 5: Subtotal $100.00, Total Tax $0.00, Total Discount $5.00, Grand Total $95.00
#   discount 5, fee 10: Subtotal $100.00, Total Tax $0.00, Total Discount $5.00, Total Fee $10.00, Grand Total $85.00
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @h1dd3nsn1p3r/pdf-invoice@1.0.12
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pypdf==7.1.1

cat > client.mjs <<'JS'
import { createRequire } from "node:module";
const { PDFInvoice } = createRequire(import.meta.url)("@h1dd3nsn1p3r/pdf-invoice");

const items = [{ name: "Mug", quantity: 2, price: 50 }];
const extras = {
  "nothing": {}, "fee 10": { fee: 10 }, "discount 5": { orderDiscount: 5 }, "discount 5, fee 10": { orderDiscount: 5, fee: 10 },
};
for (const [name, extra] of Object.entries(extras)) {
  const invoice = { number: 1, path: `./${name}.pdf`, ...extra };
  await new PDFInvoice({ company: { name: "Mugs Ltd." }, customer: { name: "Ann Example" }, invoice, items }).create();
}
JS
cat > client.py <<'PY'
from pypdf import PdfReader

for name in ["nothing", "fee 10", "discount 5", "discount 5, fee 10"]:
    lines = [line.strip() for line in PdfReader(f"{name}.pdf").pages[0].extract_text().split("\n")]
    print(f"{name}:", ", ".join(" ".join(line.split()) for line in lines[lines.index("Subtotal  $100.00"):]))
PY
expected="nothing: Subtotal \$100.00, Total Tax \$0.00, Grand Total \$100.00
fee 10: Subtotal \$100.00, Total Tax \$0.00, Total Fee \$10.00, Grand Total \$100.00
discount 5: Subtotal \$100.00, Total Tax \$0.00, Total Discount \$5.00, Grand Total \$95.00
discount 5, fee 10: Subtotal \$100.00, Total Tax \$0.00, Total Discount \$5.00, Total Fee \$10.00, Grand Total \$85.00"
seen="$(node client.mjs && venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

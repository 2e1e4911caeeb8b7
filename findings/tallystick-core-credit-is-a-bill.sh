#!/usr/bin/env bash
# tallystick-core 1.0.0 (Python). It reads the amounts of an electronic invoice and not what kind of document it is (BT-3 of
# EN 16931, the TypeCode of a Cross Industry Invoice). A credit note, type 381, whose amounts are positive by the same standard,
# is OK without a remark and goes into the export for QuickBooks as one more bill to pay: 119.00 that a supplier gives back are
# 119.00 spent, and the books are off by 238.00.
#
# Seen on 30 November 2026, CPython 3.11:
#   R-1 of type 380: OK, 0 issues; G-1 of type 381: OK, 0 issues
#   exported: DEBIT -119.00 Invoice R-1
#   exported: DEBIT -119.00 Invoice G-1
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tallystick-core==1.0.0

cat > client.py <<'PY'
import re
from pathlib import Path
from tallystick.engine import process_file
from tallystick.engine.exports import to_qbo
from tallystick.store import Store

NAMES = "urn:un:unece:uncefact:data:standard:"
DOCUMENT = f"""<rsm:CrossIndustryInvoice xmlns:rsm="{NAMES}CrossIndustryInvoice:100"
  xmlns:ram="{NAMES}ReusableAggregateBusinessInformationEntity:100" xmlns:udt="{NAMES}UnqualifiedDataType:100">
  <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
    <ram:ID>urn:factur-x.eu:1p0:minimum</ram:ID>
  </ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument><ram:ID>NUMBER</ram:ID><ram:TypeCode>TYPE</ram:TypeCode>
    <ram:IssueDateTime><udt:DateTimeString format="102">20261105</udt:DateTimeString></ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:SellerTradeParty><ram:Name>Mugs GmbH</ram:Name>
        <ram:PostalTradeAddress><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>
        <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456788</ram:ID></ram:SpecifiedTaxRegistration>
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty><ram:Name>Shop Ltd.</ram:Name></ram:BuyerTradeParty>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>119.00</ram:GrandTotalAmount><ram:DuePayableAmount>119.00</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
"""
store, said, read = Store(Path("store.db")), [], []
for number, kind in [("R-1", "380"), ("G-1", "381")]:
    path = Path(f"{number}.xml")
    path.write_text(DOCUMENT.replace("NUMBER", number).replace("TYPE", kind))
    read.append(process_file(path, store, Path(".")).doc)
    said.append(f"{number} of type {kind}: {read[-1].status.name}, {len(read[-1].issues)} issues")
print("; ".join(said))
for path in to_qbo(read, Path("books.qbo")):
    for entry in re.findall("<STMTTRN>(.*?)</STMTTRN>", path.read_text(), re.DOTALL):
        value = dict(re.findall(r"<(\w+)>([^\r\n<]+)", entry))
        print("exported:", value["TRNTYPE"], value["TRNAMT"], value["MEMO"])
PY
expected='R-1 of type 380: OK, 0 issues; G-1 of type 381: OK, 0 issues
exported: DEBIT -119.00 Invoice R-1
exported: DEBIT -119.00 Invoice G-1'
seen="$(venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

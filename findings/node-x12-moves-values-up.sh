#!/usr/bin/env bash
# node-x12 1.7.1 (Node). The values that FOREACH finds in a transaction are dealt out to the lines one after another. A line
# that does not have one, which X12 allows (X12.6: elements at the end of a segment may be left out, and so may segments), gets
# that of the next line that has one. Of a purchase order with a line without a GTIN and a date of delivery, that line is
# another product for another day, and the last line has the text of the query in their place. No error; an order without a gap
# is right.
#
# Seen on 30 November 2026, Node 20. Three lines with a GTIN and a date each, and then without those of the second:
#   MUG: 2 of 00036000291452, for 20261201
#   CUP: 1 of 04006381333931, for 20261208
#   JAR: 7 of 09521234543213, for 20261224
#   without those of CUP
#   MUG: 2 of 00036000291452, for 20261201
#   CUP: 1 of 09521234543213, for 20261224
#   JAR: 7 of FOREACH(PO1)=>PO109, for FOREACH(PO1)=>SCH06
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . node-x12@1.7.1

cat > client.cjs <<'JS'
const { X12Parser } = require("node-x12");

const order = (lines) => {
  const segments = ["ST*850*0001", "BEG*00*NE*PO-1**20261130", ...lines, "CTT*3"];
  return [
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261130*0930*U*00401*000000001*0*P*>",
    "GS*PO*SENDER*RECEIVER*20261130*0930*1*X*004010",
    ...segments,
    `SE*${segments.length + 1}*0001`,
    "GE*1*1",
    "IEA*1*000000001",
  ].map((segment) => `${segment}~`).join("\n");
};
const map = {
  lines: {
    sku: "FOREACH(PO1)=>PO107",
    quantity: "FOREACH(PO1)=>PO102",
    gtin: "FOREACH(PO1)=>PO109",
    date: "FOREACH(PO1)=>SCH06",
  },
};
const say = (lines) => {
  const [transaction] = new X12Parser(true).parse(order(lines)).functionalGroups[0].transactions;
  for (const { sku, quantity, gtin, date } of transaction.toObject(map).lines)
    console.log(`${sku}: ${quantity} of ${gtin}, for ${date}`);
};
const mug = ["PO1*1*2*EA*9.99**VN*MUG*UK*00036000291452", "SCH*2*EA***002*20261201"];
const cup = ["PO1*2*1*EA*5**VN*CUP*UK*04006381333931", "SCH*1*EA***002*20261208"];
const jar = ["PO1*3*7*EA*1**VN*JAR*UK*09521234543213", "SCH*7*EA***002*20261224"];
say([...mug, ...cup, ...jar]);
console.log("without those of CUP");
say([...mug, "PO1*2*1*EA*5**VN*CUP", ...jar]);
JS
expected='MUG: 2 of 00036000291452, for 20261201
CUP: 1 of 04006381333931, for 20261208
JAR: 7 of 09521234543213, for 20261224
without those of CUP
MUG: 2 of 00036000291452, for 20261201
CUP: 1 of 09521234543213, for 20261224
JAR: 7 of FOREACH(PO1)=>PO109, for FOREACH(PO1)=>SCH06'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

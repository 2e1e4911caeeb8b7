#!/usr/bin/env bash
# node-x12-edi 1.0.15 (Node). A loop takes as many segments as it was given names, whatever they are, instead of beginning anew with
# the first of them. Of a purchase order whose lines have a description (PID) each, all is right; a last line without one, which
# it need not have, is not in the list, and neither is there an error; and a line with two descriptions leaves its second to
# the next line as its name.
#
# Seen on 30 November 2026, Node 20:
#   each line has a description: 3 x MUG A, 1 x MUG B, 9 x MUG C
#   the last line has none: 3 x MUG A, 1 x MUG B
#   the first line has two: 3 x MUG A, 1 x WITH A LID, 9 x MUG B
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . node-x12-edi@1.0.15

cat > client.mjs <<'JS'
import { FieldMap, Loop, LoopMap, Transaction } from "node-x12-edi";

const line = (number, quantity, sku) => `PO1*${number}*${quantity}*EA*12.50**VP*${sku}`;
const name = (text) => `PID*F****${text}`;

function items(...lines) {
  const head = ["ST*850*0001", "BEG*00*SA*4500012345**20261130"];
  const body = [
    "ISA*00*          *00*          *ZZ*SENDERID       *ZZ*RECEIVERID     *261130*0900*U*00401*000000001*0*P*>",
    "GS*PO*SENDER*RECEIVER*20261130*0900*1*X*004010",
    ...head, ...lines, "CTT*3", `SE*${head.length + lines.length + 2}*0001`, "GE*1*1", "IEA*1*000000001",
  ];
  const order = new Transaction();
  order.generateSegments(body.join("\n"));
  const loop = new Loop();
  loop.setPosition(0);
  loop.addSegmentIdentifiers(["PO1", "PID"]);
  order.addLoop(loop);
  order.runLoops();
  const quantity = new FieldMap({ segmentIdentifier: "PO1", valuePosition: 1 });
  const text = new FieldMap({ segmentIdentifier: "PID", valuePosition: 4 });
  const mapped = order.mapSegments({ items: new LoopMap({ position: 0, values: { quantity, text } }) }, order.getSegments());
  return mapped.items.map((item) => `${item.quantity} x ${item.text}`).join(", ");
}

const [a, b, c] = [line(1, 3, "A"), line(2, 1, "B"), line(3, 9, "C")];
console.log("each line has a description:", items(a, name("MUG A"), b, name("MUG B"), c, name("MUG C")));
console.log("the last line has none:", items(a, name("MUG A"), b, name("MUG B"), c));
console.log("the first line has two:", items(a, name("MUG A"), name("WITH A LID"), b, name("MUG B"), c, name("MUG C")));
JS
expected='each line has a description: 3 x MUG A, 1 x MUG B, 9 x MUG C
the last line has none: 3 x MUG A, 1 x MUG B
the first line has two: 3 x MUG A, 1 x WITH A LID, 9 x MUG B'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

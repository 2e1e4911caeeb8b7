#!/usr/bin/env bash
# gs1js 0.0.2 (Node). Each identifier in a GS1 barcode is read as if it had two digits. Those of three and four (GS1 General
# Specifications, section 3.2: 414 a location, 240 a part number, 310n a weight, 703n and more) lose their ends to the value
# behind them: a part number ABC-1 is 0ABC-1, a net weight of 1.250 kg is 03001250 of what is called 31, in which neither the
# unit nor the place of the point is told any more. Where one ends is right, so that the elements after it are as well, and no
# error says that any is wrong.
#
# Seen on 30 November 2026, Node 20. What is in the barcode, and what is read:
#   (01)09521234543213(17)260131 -> (01)09521234543213(17)260131
#   (01)09521234543213(240)ABC-1 -> (01)09521234543213(24)0ABC-1
#   (01)09521234543213(3103)001250 -> (01)09521234543213(31)03001250
#   (01)09521234543213(3203)001250 -> (01)09521234543213(32)03001250
#   (414)9521321000001(17)260131 -> (41)49521321000001(17)260131
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . gs1js@0.0.2

cat > client.cjs <<'JS'
const { GS1Reader } = require("gs1js");

const write = (elements) => elements.map(([identifier, value]) => `(${identifier})${value}`).join("");
for (const elements of [
  [["01", "09521234543213"], ["17", "260131"]],
  [["01", "09521234543213"], ["240", "ABC-1"]],
  [["01", "09521234543213"], ["3103", "001250"]],
  [["01", "09521234543213"], ["3203", "001250"]],
  [["414", "9521321000001"], ["17", "260131"]],
]) {
  const read = new GS1Reader(elements.flat().join("")).getApplicationIdentifiers();
  console.log(write(elements), "->", write(read.map(({ identifier, value }) => [identifier, value])));
}
JS
expected='(01)09521234543213(17)260131 -> (01)09521234543213(17)260131
(01)09521234543213(240)ABC-1 -> (01)09521234543213(24)0ABC-1
(01)09521234543213(3103)001250 -> (01)09521234543213(31)03001250
(01)09521234543213(3203)001250 -> (01)09521234543213(32)03001250
(414)9521321000001(17)260131 -> (41)49521321000001(17)260131'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

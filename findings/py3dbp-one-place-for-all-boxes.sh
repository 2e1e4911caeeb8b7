#!/usr/bin/env bash
# py3dbp 1.1.2 (Python). To see which of several boxes is the right one, all items are put into each, which is what pack() does
# unless told otherwise. Where an item lies and how it is turned is kept once per item, not once per box, so that of the plans
# that are printed only that of the last box is right; the others show items where they lie in the last one, outside of the box
# and inside each other. Which items fit is right. Packing each box by a Packer and items of its own helps.
#
# Seen on 30 November 2026, CPython 3.11:
#   in the tube of 30 x 5 x 5, packed beside a carton:
#     book 1 from 0 0 0 to 10 5 5
#     book 2 from 0 5 0 to 10 10 5
#     book 3 from 0 0 5 to 10 5 10
#   in the tube of 30 x 5 x 5, packed alone:
#     book 1 from 0 0 0 to 10 5 5
#     book 2 from 10 0 0 to 20 5 5
#     book 3 from 20 0 0 to 30 5 5
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check py3dbp==1.1.2

cat > client.py <<'PY'
from py3dbp import Bin, Item, Packer

def plan(boxes):
    packer = Packer()
    for box in boxes:
        packer.add_bin(Bin(*box))
    for number in (1, 2, 3):
        packer.add_item(Item(f"book {number}", 10, 5, 5, 1))
    packer.pack()
    [tube] = [box for box in packer.bins if box.name == "tube"]
    for item in tube.items:
        ends = [int(start + side) for start, side in zip(item.position, item.get_dimension())]
        print(" ", item.name, "from", *(int(start) for start in item.position), "to", *ends)

tube, carton = ("tube", 30, 5, 5, 99), ("carton", 10, 10, 20, 99)
print("in the tube of 30 x 5 x 5, packed beside a carton:")
plan([tube, carton])
print("in the tube of 30 x 5 x 5, packed alone:")
plan([tube])
PY
expected='in the tube of 30 x 5 x 5, packed beside a carton:
  book 1 from 0 0 0 to 10 5 5
  book 2 from 0 5 0 to 10 10 5
  book 3 from 0 0 5 to 10 5 10
in the tube of 30 x 5 x 5, packed alone:
  book 1 from 0 0 0 to 10 5 5
  book 2 from 10 0 0 to 20 5 5
  book 3 from 20 0 0 to 30 5 5'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

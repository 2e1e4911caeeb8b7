#!/usr/bin/env bash
# price-parser 0.5.1 (Python). An amount below one with three decimals, as currencies of a thousand parts and unit prices
# have it, is a thousand times too large: the three digits count as a group of thousands, although no number with such
# groups begins with a zero. Two or four decimals are right, and so is a caller that names the decimal separator.
#
# Seen on 29 November 2026, CPython 3.11:
#   0.50 KWD is 0.50
#   0.500 KWD is 500
#   $0.125 is 125
#   $0.1250 is 0.1250
#   0.500 KWD, with decimal_separator ".", is 0.500
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check price-parser==0.5.1

cat > client.py <<'PY'
from price_parser import Price

for text in ["0.50 KWD", "0.500 KWD", "$0.125", "$0.1250"]:
    print(text, "is", Price.fromstring(text).amount)
print('0.500 KWD, with decimal_separator ".", is', Price.fromstring("0.500 KWD", decimal_separator=".").amount)
PY
# shellcheck disable=SC2016 # amounts in dollars are no variables
expected='0.50 KWD is 0.50
0.500 KWD is 500
$0.125 is 125
$0.1250 is 0.1250
0.500 KWD, with decimal_separator ".", is 0.500'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# csvkit 2.2.0 with agate 1.14.2 (Python). What a column holds is guessed from the whole file, and a yes or no is tried first: 1
# and 0 count as one. A day on which every order is for one piece gets `True` as its quantities, and the file of the next day,
# in which one is for two, has numbers. csvjson makes numbers of JSON of what are digits, so that two parcels have the same
# tracking number of the United States Postal Service, and the days until delivery become a clock. With -I all stay texts.
#
# Seen on 30 November 2026, CPython 3.11:
#   in2csv, one piece each: 1001,True / 1002,True
#   in2csv, one order of two: 1001,1 / 1002,2
#   csvsort -r -c order, one piece each: 1002,True / 1001,True
#   csvjson, tracking: [{"tracking": 9.400111899223197e+21, "lead": "2 days, 0:00:00"}, {"tracking": 9.400111899223197e+21, "lead": "3 days, 0:00:00"}]
#   csvjson -I, tracking: [{"tracking": "9400111899223197428490", "lead": "2 days"}, {"tracking": "9400111899223197428506", "lead": "3 days"}]
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0 agate==1.14.2

printf 'order,quantity\n1001,1\n1002,1\n' > ones.csv
printf 'order,quantity\n1001,1\n1002,2\n' > two.csv
printf 'tracking,lead\n9400111899223197428490,2 days\n9400111899223197428506,3 days\n' > parcels.csv
rows() {
    tail -n +2 | paste -sd/ | sed 's,/, / ,g'
}
expected='in2csv, one piece each: 1001,True / 1002,True
in2csv, one order of two: 1001,1 / 1002,2
csvsort -r -c order, one piece each: 1002,True / 1001,True
csvjson, tracking: [{"tracking": 9.400111899223197e+21, "lead": "2 days, 0:00:00"}, {"tracking": 9.400111899223197e+21, "lead": "3 days, 0:00:00"}]
csvjson -I, tracking: [{"tracking": "9400111899223197428490", "lead": "2 days"}, {"tracking": "9400111899223197428506", "lead": "3 days"}]'
seen="in2csv, one piece each: $(venv/bin/in2csv ones.csv | rows)
in2csv, one order of two: $(venv/bin/in2csv two.csv | rows)
csvsort -r -c order, one piece each: $(venv/bin/csvsort -r -c order ones.csv | rows)
csvjson, tracking: $(venv/bin/csvjson parcels.csv)
csvjson -I, tracking: $(venv/bin/csvjson -I parcels.csv)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

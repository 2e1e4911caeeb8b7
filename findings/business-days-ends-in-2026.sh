#!/usr/bin/env bash
# business-days 0.0.8 (Python), of June 2026. Its American holidays are a list that ends with Christmas of 2026, and after it there
# are none, without an error: what is promised within two working days on 30 December 2026 is due on New Year's Day. Within the
# list, Presidents' Day is a Thursday in 2021 to 2023, so that two days of each of these years count wrong.
#
# Seen on 30 November 2026, CPython 3.11:
#   2 working days after Tuesday 30 December 2025 is Friday 02 January 2026
#   2 working days after Wednesday 30 December 2026 is Friday 01 January 2027
#   working days of 2027 that are holidays: New Year True, Thanksgiving True
#   Monday 20 February 2023, Presidents' Day, is a working day: True, Thursday the 16th is one: False
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check business-days==0.0.8

cat > client.py <<'PY'
from datetime import date
from business_days.business_days import days_from_now, is_business_day

for day in (date(2025, 12, 30), date(2026, 12, 30)):
    print(f"2 working days after {day:%A %d %B %Y} is {days_from_now(day, 2):%A %d %B %Y}")
print("working days of 2027 that are holidays: New Year", is_business_day(date(2027, 1, 1)), end=", ")
print("Thanksgiving", is_business_day(date(2027, 11, 25)))
print("Monday 20 February 2023, Presidents' Day, is a working day:", is_business_day(date(2023, 2, 20)), end=", ")
print("Thursday the 16th is one:", is_business_day(date(2023, 2, 16)))
PY
expected="2 working days after Tuesday 30 December 2025 is Friday 02 January 2026
2 working days after Wednesday 30 December 2026 is Friday 01 January 2027
working days of 2027 that are holidays: New Year True, Thanksgiving True
Monday 20 February 2023, Presidents' Day, is a working day: True, Thursday the 16th is one: False"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# workalendar 17.0.0 (Python), the newest, among PyPI's 5,000 most downloaded. Its holidays are those of 2022, and it gives them for
# every later year without a word. The Danes have worked on Great Prayer Day since 2024 (act no. 214 of 2023), the Irish have had a
# holiday for Saint Brigid since 2023 (regulations of 2022 under the Organisation of Working Time Act). A promise of delivery that is
# reckoned with it is a day too late in Denmark and a day too early in Ireland. holidays 0.108 knows both.
#
# Seen on 30 November 2026, CPython 3.11:
#   Denmark 2027-04-23: a holiday (Store Bededag), holidays: a day of work
#   Ireland 2027-02-01: a day of work, holidays: a holiday (Saint Brigid's Day)
#   Denmark 2027-05-06: a holiday (Ascension Thursday), holidays: a holiday (Ascension Day)
#   two days of work after 22 April 2027 in Denmark: 2027-04-27, by law 2027-04-26
#   two days of work after 29 January 2027 in Ireland: 2027-02-02, by law 2027-02-03
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check workalendar==17.0.0 holidays==0.108

cat > client.py <<'PY'
from datetime import date

import holidays
from workalendar.europe import Denmark, Ireland

def told(name):
    return f"a holiday ({name})" if name else "a day of work"

for name, calendar, code, day in [
    ("Denmark", Denmark(), "DK", date(2027, 4, 23)),
    ("Ireland", Ireland(), "IE", date(2027, 2, 1)),
    ("Denmark", Denmark(), "DK", date(2027, 5, 6)),
]:
    label = None if calendar.is_working_day(day) else calendar.get_holiday_label(day)
    truth = holidays.country_holidays(code, years=day.year, language="en_US").get(day)
    print(f"{name} {day}: {told(label)}, holidays: {told(truth)}")
for name, calendar, start, law in [
    ("22 April 2027 in Denmark", Denmark(), date(2027, 4, 22), "2027-04-26"),
    ("29 January 2027 in Ireland", Ireland(), date(2027, 1, 29), "2027-02-03"),
]:
    print(f"two days of work after {name}: {calendar.add_working_days(start, 2)}, by law {law}")
PY
expected="Denmark 2027-04-23: a holiday (Store Bededag), holidays: a day of work
Ireland 2027-02-01: a day of work, holidays: a holiday (Saint Brigid's Day)
Denmark 2027-05-06: a holiday (Ascension Thursday), holidays: a holiday (Ascension Day)
two days of work after 22 April 2027 in Denmark: 2027-04-27, by law 2027-04-26
two days of work after 29 January 2027 in Ireland: 2027-02-02, by law 2027-02-03"
seen="$(venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

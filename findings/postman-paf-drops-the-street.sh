#!/usr/bin/env bash
# postman-paf 1.0.1 (Node). An address from the Royal Mail's address file (PAF) is put into five lines, of which the last is the
# post town. What the four before it do not hold is left out, from the end: the village, and of a firm with a department in a
# unit of a named building the street and its number. No error, and nothing tells the answer from a whole address. In the rules
# of the Royal Mail's Programmers' Guide, which it applies, each of these elements has its place on the label.
#
# Seen on 30 November 2026, Node 20. A firm in a building, then with a department, with a unit, and with both:
#   ACME LTD | ROSE HOUSE | 12 HIGH STREET | NEWTOWN | EXAMPLETON | AA1 1AA
#   ACME LTD | SALES | ROSE HOUSE | 12 HIGH STREET | EXAMPLETON | AA1 1AA
#   ACME LTD | UNIT 1 | ROSE HOUSE | 12 HIGH STREET | EXAMPLETON | AA1 1AA
#   ACME LTD | SALES | UNIT 1 | ROSE HOUSE | EXAMPLETON | AA1 1AA
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . postman-paf@1.0.1

cat > client.cjs <<'JS'
const { convertStructuredToUnstructured } = require("postman-paf");

const firm = {
  organisationName: "ACME LTD",
  buildingName: "ROSE HOUSE",
  buildingNumber: "12",
  thoroughfareName: "HIGH STREET",
  dependentLocality: "NEWTOWN",
  postTown: "EXAMPLETON",
  postcode: "AA1 1AA",
};
const department = { departmentName: "SALES" };
const unit = { subBuildingName: "UNIT 1" };
for (const address of [firm, { ...firm, ...department }, { ...firm, ...unit }, { ...firm, ...department, ...unit }]) {
  const { line1, line2, line3, line4, line5, postcode } = convertStructuredToUnstructured(address);
  console.log([line1, line2, line3, line4, line5, postcode].join(" | "));
}
JS
expected='ACME LTD | ROSE HOUSE | 12 HIGH STREET | NEWTOWN | EXAMPLETON | AA1 1AA
ACME LTD | SALES | ROSE HOUSE | 12 HIGH STREET | EXAMPLETON | AA1 1AA
ACME LTD | UNIT 1 | ROSE HOUSE | 12 HIGH STREET | EXAMPLETON | AA1 1AA
ACME LTD | SALES | UNIT 1 | ROSE HOUSE | EXAMPLETON | AA1 1AA'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# @woocommerce/csv-export 1.11.0 (Node), with which WooCommerce's pages write a table to a file. So that no spreadsheet takes a value
# for a formula, an apostrophe is put before texts that begin with a minus or a plus, and amounts are texts in WooCommerce's own
# API: a refund of "-12.50" is '-12.50 in the file, which is a number to no program, so that sums are without the refunds. As a
# number (-12.5) it is left alone, as the comment beside it promises of amounts. Phone numbers with their country have one too.
#
# Seen on 30 November 2026, Node 20. Three orders, the amounts of the last two of them refunded:
#   Order,Total,Phone
#   1001,40.00,"'+49 30 901820"
#   1002,"'-12.50",
#   1003,-12.5,
#   read back: 40, NaN, -12.5
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @woocommerce/csv-export@1.11.0 csv-parse@7.0.3

# The package is for a browser, of which its way to save a file looks at these.
cat > client.cjs <<'JS'
globalThis.self = { document: { createElementNS: () => ({}) } };
Object.defineProperty(globalThis, "navigator", { value: { userAgent: "" }, configurable: true });
const { generateCSVDataFromTable } = require("@woocommerce/csv-export");
const { parse } = require("csv-parse/sync");

const headers = [{ label: "Order" }, { label: "Total" }, { label: "Phone" }];
const orders = [[1001, "40.00", "+49 30 901820"], [1002, "-12.50", ""], [1003, -12.5, ""]];
const file = generateCSVDataFromTable(headers, orders.map((order) => order.map((value) => ({ value }))));
console.log(file);
console.log(`read back: ${parse(file, { columns: true }).map(({ Total }) => Number(Total)).join(", ")}`);
JS
expected="Order,Total,Phone
1001,40.00,\"'+49 30 901820\"
1002,\"'-12.50\",
1003,-12.5,
read back: 40, NaN, -12.5"
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

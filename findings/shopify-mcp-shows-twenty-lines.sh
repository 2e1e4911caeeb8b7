#!/usr/bin/env bash
# shopify-mcp 1.0.8 (npm). Of an order the server asks Shopify for the first lines only, 20 when one order is asked for, 10 in a
# list of orders and 5 in those of a customer, and not whether there are more. A model that is to pack or copy an order of 25
# lines is given 20, beside a subtotal that is right, and no tool and no argument gives it the others; the same order has a
# different number of lines in each of the three. None of them asks for the name and the company to ship to.
#
# Seen on 30 November 2026, Node 20. An order of 25 lines of 1.00 each:
#   get-order-by-id: 20 lines, subtotal 25.00
#   get-orders: 10 lines, subtotal 25.00
#   get-customer-orders: 5 lines, subtotal 25.00
#   a word of more lines: none
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . shopify-mcp@1.0.8

# In the place of Shopify stands a client that knows one order and answers with as many of its lines as it is asked for.
cat > client.mjs <<'JS'
import { getCustomerOrders } from "./node_modules/shopify-mcp/dist/tools/getCustomerOrders.js";
import { getOrderById } from "./node_modules/shopify-mcp/dist/tools/getOrderById.js";
import { getOrders } from "./node_modules/shopify-mcp/dist/tools/getOrders.js";

const money = (amount) => ({ shopMoney: { amount, currencyCode: "USD" } });
const lines = Array.from({ length: 25 }, (_, at) => ({
  id: `gid://shopify/LineItem/${at + 1}`,
  title: `Mug ${at + 1}`,
  quantity: 1,
  originalTotalSet: money("1.00"),
  variant: { id: `gid://shopify/ProductVariant/${at + 1}`, title: "blue", sku: `MUG-${at + 1}` },
}));
const connection = (nodes) => ({ edges: nodes.map((node) => ({ node })), pageInfo: { hasNextPage: false } });
const request = async (query) => {
  const [, first] = query.match(/lineItems\(first: (\d+)\)/);
  const shown = connection(lines.slice(0, Number(first)));
  shown.pageInfo.hasNextPage = shown.edges.length < lines.length;
  const order = {
    id: "gid://shopify/Order/7",
    name: "#7",
    createdAt: "2026-11-30T09:00:00Z",
    displayFinancialStatus: "PAID",
    displayFulfillmentStatus: "UNFULFILLED",
    totalPriceSet: money("25.00"),
    subtotalPriceSet: money("25.00"),
    totalShippingPriceSet: money("0.00"),
    totalTaxSet: money("0.00"),
    customer: { id: "gid://shopify/Customer/1", firstName: "Jane", lastName: "Roe", email: "jane@example.com", phone: null },
    shippingAddress: { address1: "1 Main St", city: "Springfield", provinceCode: "IL", zip: "62704", country: "United States" },
    lineItems: shown,
    tags: [],
    note: null,
    metafields: connection([]),
  };
  return { order, orders: connection([order]) };
};
const asked = [
  [getOrderById, { orderId: "gid://shopify/Order/7" }],
  [getOrders, { status: "any", limit: 10 }],
  [getCustomerOrders, { customerId: "1", limit: 10 }],
];
const more = [];
for (const [tool, input] of asked) {
  tool.initialize({ request });
  const answer = await tool.execute(input);
  const order = answer.order ?? answer.orders[0];
  console.log(`${tool.name}: ${order.lineItems.length} lines, subtotal ${order.subtotalPrice.amount}`);
  more.push(...(JSON.stringify(answer).match(/hasNextPage|hasMore|pageInfo|truncated/g) ?? []));
}
console.log("a word of more lines:", more.join() || "none");
JS
expected='get-order-by-id: 20 lines, subtotal 25.00
get-orders: 10 lines, subtotal 25.00
get-customer-orders: 5 lines, subtotal 25.00
a word of more lines: none'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# @xeroapi/xero-mcp-server 0.0.17 (Node), Xero's own MCP server. create-invoice takes the date of an invoice and says nothing of
# when it is due; what it sends to Xero is always 30 days from today, whatever the date and the terms that Xero keeps for the
# contact. A supplier's bill of three months ago becomes payable in four months, and an invoice that is dated two months ahead is
# due a month before its date. The answer to the model has the date and not the due date.
#
# Seen on 30 November 2026, Node 20, with a server that stands for Xero:
#   no date: due 30 days after its date; the answer tells a due date: false
#   dated 90 days ago: due 120 days after its date; the answer tells a due date: false
#   dated in 60 days: due -30 days after its date; the answer tells a due date: false
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @xeroapi/xero-mcp-server@0.0.17

cat > client.mjs <<'JS'
import { createServer } from "node:http";

process.env.XERO_CLIENT_BEARER_TOKEN = "none";
const dist = "./node_modules/@xeroapi/xero-mcp-server/dist";
const { xeroClient } = await import(`${dist}/clients/xero-client.js`);
const { default: createInvoice } = await import(`${dist}/tools/create/create-invoice.tool.js`);

// Stands for Xero: gives back the invoice that it is given.
let sent;
const xero = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const written = request.url.startsWith("/Invoices");
  if (written) sent = JSON.parse(body).Invoices[0];
  const invoice = { ...sent, InvoiceID: "00000000-0000-4000-8000-000000000001" };
  const answer = written ? { Invoices: [invoice] } : { Organisations: [{ ShortCode: "!abc" }] };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
});
await new Promise((resolve) => xero.listen(0, "127.0.0.1", resolve));
xeroClient.authenticate = async () => {};
xeroClient.accountingApi.basePath = `http://127.0.0.1:${xero.address().port}`;

const DAY = 86_400_000;
const lineItems = [{ description: "Mugs", quantity: 10, unitAmount: 10, accountCode: "300", taxType: "INPUT" }];
for (const [name, days] of [["no date", undefined], ["dated 90 days ago", -90], ["dated in 60 days", 60]]) {
  const date = days === undefined ? undefined : new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
  const answer = await createInvoice().handler({ contactId: "00000000-0000-4000-8000-000000000002", type: "ACCPAY", lineItems, date });
  const due = Math.round((Date.parse(sent.DueDate) - Date.parse(sent.Date)) / DAY);
  console.log(`${name}: due ${due} days after its date; the answer tells a due date: ${/due/i.test(answer.content[0].text)}`);
}
xero.close();
JS
expected='no date: due 30 days after its date; the answer tells a due date: false
dated 90 days ago: due 120 days after its date; the answer tells a due date: false
dated in 60 days: due -30 days after its date; the answer tells a due date: false'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# shipstation-node 1.5.6 with axios 1.21.1 and axios-retry 4.5.0 (Node). Its retryConfig, "for failed API calls" of ShipStation, is put
# on the axios that the whole program shares. From the first client on, what the program asks of anybody else is repeated by the
# same rule: where that is to repeat on errors of the server, an order that another shop took, and then answered with 502, is
# created four times. An instance of its own (axios.create) is left alone, as is a program that never makes a client.
#
# Seen on 30 November 2026, Node 20. Requests that reach another server, which answers 502, per call:
#   no client of ShipStation: POST /orders 1, PUT /orders/1001 1
#   a client with retries: POST /orders 1, PUT /orders/1001 4
#   a client with retries on 5xx: POST /orders 4, PUT /orders/1001 4
#   an instance of its own: POST /orders 1, PUT /orders/1001 1
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . shipstation-node@1.5.6 axios@1.21.1 axios-retry@4.5.0 esbuild@0.28.2

cat > client.mjs <<'JS'
import { createServer } from "node:http";
import axios from "axios";
import ShipStation from "shipstation-node";

let asked = {};
const shop = createServer((request, response) => {
  const what = `${request.method} ${request.url}`;
  asked[what] = (asked[what] ?? 0) + 1;
  request.resume().on("end", () => response.writeHead(502).end());
});
await new Promise((ready) => shop.listen(0, "127.0.0.1", ready));
const baseURL = `http://127.0.0.1:${shop.address().port}`;

async function ask(what, client) {
  asked = {};
  await client.post(`${baseURL}/orders`, { name: "Mug" }).catch(() => {});
  await client.put(`${baseURL}/orders/1001`, { name: "Mug" }).catch(() => {});
  console.log(`${what}: ${Object.entries(asked).map(([request, count]) => `${request} ${count}`).join(", ")}`);
}

const credentials = { v1: { apiKey: "none", apiSecret: "none" } };
await ask("no client of ShipStation", axios);
new ShipStation({ credentials, retryConfig: { retries: 3 } });
await ask("a client with retries", axios);
new ShipStation({ credentials, retryConfig: { retries: 3, retryCondition: (error) => error.response?.status >= 500 } });
await ask("a client with retries on 5xx", axios);
await ask("an instance of its own", axios.create());
shop.close();
JS
# Its imports have no endings, which only a bundler understands.
node_modules/.bin/esbuild client.mjs --bundle --platform=node --format=esm --outfile=bundle.mjs --log-level=error \
    --banner:js='import { createRequire } from "node:module"; const require = createRequire(import.meta.url);'
expected='no client of ShipStation: POST /orders 1, PUT /orders/1001 1
a client with retries: POST /orders 1, PUT /orders/1001 4
a client with retries on 5xx: POST /orders 4, PUT /orders/1001 4
an instance of its own: POST /orders 1, PUT /orders/1001 1'
seen="$(node bundle.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

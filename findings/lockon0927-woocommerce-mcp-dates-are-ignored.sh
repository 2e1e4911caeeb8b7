#!/usr/bin/env bash
# @lockon0927/woocommerce-mcp 1.0.6 (Node), an MCP server for WooCommerce. Its tool woo_orders_list takes dateAfter and dateBefore
# and asks the shop with date_after and date_before. WooCommerce's API knows these as after and before (its documentation, List
# all orders) and, as WordPress does, passes over what it does not know: a model that asks for the orders of today is given the
# newest of all time and no error, and counts, ships or reports them as today's. Status and page are asked for as they should be.
#
# Seen on 30 November 2026, Node 20. A shop with one order of today and two older ones, asked for those since today:
#   the shop is asked ['date_after=2026-11-30T00:00:00', 'per_page=10', 'status[]=processing']
#   the model is given orders 1003, 1002, 1001
#   asked with after, the shop gives orders 1003
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @lockon0927/woocommerce-mcp@1.0.6

# Stands for the shop, which filters by the parameters that WooCommerce has, and for the MCP client.
cat > client.py <<'PY'
import json, os, subprocess, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit
from urllib.request import urlopen

orders = [{"id": 1003, "date_created": "2026-11-30T09:00:00"}, {"id": 1002, "date_created": "2026-11-02T09:00:00"}, {"id": 1001, "date_created": "2025-12-24T09:00:00"}]
asked = []

class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        asked.append(sorted(f"{name}={value}" for name, value in parse_qsl(url.query)))
        after = parse_qs(url.query).get("after", [""])[0]
        body = json.dumps([order for order in orders if order["date_created"] > after]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

shop = HTTPServer(("127.0.0.1", 0), Shop)
threading.Thread(target=shop.serve_forever, daemon=True).start()
site = f"http://127.0.0.1:{shop.server_port}"
settings = {"WORDPRESS_SITE_URL": site, "WOOCOMMERCE_CONSUMER_KEY": "none", "WOOCOMMERCE_CONSUMER_SECRET": "none"}
server = subprocess.Popen(
    ["node", "node_modules/@lockon0927/woocommerce-mcp/dist/index.js"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **settings},
)

# The server greets on the stream of its answers, which is passed over.
def say(method, **more):
    print(json.dumps({"jsonrpc": "2.0", "method": method, **more}), file=server.stdin, flush=True)
    if "id" in more:
        line = next(line for line in server.stdout if line.startswith("{"))
        return json.loads(line)["result"]

info = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "clerk", "version": "1"}}
say("initialize", id=1, params=info)
say("notifications/initialized")
arguments = {"dateAfter": "2026-11-30T00:00:00", "status": ["processing"], "perPage": 10}
result = say("tools/call", id=2, params={"name": "woo_orders_list", "arguments": arguments})
server.kill()

def numbers(listed):
    return ", ".join(str(order["id"]) for order in listed)

print("the shop is asked", asked[-1])
print("the model is given orders", numbers(json.loads(result["content"][0]["text"])))
with urlopen(f"{site}/wp-json/wc/v3/orders?after=2026-11-30T00:00:00") as response:
    print("asked with after, the shop gives orders", numbers(json.load(response)))
PY
expected="the shop is asked ['date_after=2026-11-30T00:00:00', 'per_page=10', 'status[]=processing']
the model is given orders 1003, 1002, 1001
asked with after, the shop gives orders 1003"
seen="$(python3 client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# mcp-woocommerce 0.2.0 with mcp 1.30.0 (PyPI). get_order promises the "full details" of an order and leaves out what
# WooCommerce keeps beside the street: the second line of an address (the flat), the company, and the telephone of the one to
# ship to; also how it is shipped, and the fees that stand in the total. A model that hands the order on to another system sends
# the parcel to a house without a flat, and nothing tells it that there is more. No other tool of the server gives these either.
#
# Seen on 30 November 2026, CPython 3.11. Of an order with all of them, what the model is given:
#   shipping: name, address, city, state, postcode, country
#   billing: name, email, phone, address, city, state, postcode, country
#   total 30.00, of it lines 20.00
#   Apt 4B: no
#   Example Works: no
#   +12025550143: no
#   Express: no
#   Gift wrapping: no
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp-woocommerce==0.2.0 mcp==1.30.0

# In the place of the shop stands a server that knows one order.
cat > client.py <<'PY'
import asyncio, json, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

place = {
    "first_name": "Jane", "last_name": "Roe", "company": "Example Works", "address_1": "1 Main St", "address_2": "Apt 4B",
    "city": "Springfield", "state": "IL", "postcode": "62704", "country": "US", "phone": "+12025550143",
}
order = {
    "id": 7, "number": "7", "status": "processing", "currency": "USD", "total": "30.00", "shipping_total": "8.00",
    "billing": {**place, "email": "jane@example.com", "phone": "+12025550100"}, "shipping": place,
    "line_items": [{"id": 1, "product_id": 42, "name": "Mug", "sku": "MUG", "quantity": 2, "subtotal": "20.00", "total": "20.00"}],
    "shipping_lines": [{"id": 2, "method_title": "Express", "total": "8.00"}],
    "fee_lines": [{"id": 3, "name": "Gift wrapping", "total": "2.00"}],
}

class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(order).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

shop = HTTPServer(("127.0.0.1", 0), Shop)
threading.Thread(target=shop.serve_forever, daemon=True).start()
settings = {"URL": f"http://127.0.0.1:{shop.server_port}", "KEY": "none", "SECRET": "none"}
server = StdioServerParameters(
    command=sys.executable, args=["-m", "mcp_woocommerce"], env={f"WOOCOMMERCE_{name}": value for name, value in settings.items()},
)

async def main():
    async with stdio_client(server, errlog=open("server.log", "w")) as streams, ClientSession(*streams) as session:
        await session.initialize()
        text = (await session.call_tool("get_order", {"order_id": 7})).content[0].text
        seen = json.loads(text)
        for part in ("shipping", "billing"):
            print(f"{part}:", ", ".join(seen[part]))
        print(f"total {seen['total']}, of it lines {seen['line_items'][0]['total']}")
        for value in ("Apt 4B", "Example Works", "+12025550143", "Express", "Gift wrapping"):
            print(f"{value}:", "yes" if value in text else "no")

asyncio.run(main())
PY
expected='shipping: name, address, city, state, postcode, country
billing: name, email, phone, address, city, state, postcode, country
total 30.00, of it lines 20.00
Apt 4B: no
Example Works: no
+12025550143: no
Express: no
Gift wrapping: no'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

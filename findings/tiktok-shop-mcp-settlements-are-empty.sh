#!/usr/bin/env bash
# tiktok-shop-mcp 0.3.0 (Python), an MCP server for sellers on TikTok Shop. It picks the values out of TikTok's answers by names
# that version 202309 of the API, which it asks for, does not have: `order_status` for `status`, `total_amount` and `revenue` of
# a settlement for `settlement_amount` and `revenue_amount`. So each order is without a status, also a cancelled one, and each
# settlement without an amount, and the model is told of a success. tiktok-shop-api 0.1.0, which is made from TikTok's
# documentation, reads them. An order line is one piece there and has no quantity, so that is null too.
#
# Seen on 30 November 2026, CPython 3.11, with a server that stands for TikTok:
#   tiktok-shop-mcp: success true, order 1001 status null, total 25.00, 2 lines of quantity null
#   tiktok-shop-mcp: success true, settlement S-1 total null, revenue null, fee null, adjustment null
#   tiktok-shop-api: order 1001 status CANCELLED, settlement S-1 total 18.50, revenue 25.00, fee -5.00, adjustment -1.50
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tiktok-shop-mcp==0.3.0 tiktok-shop-api==0.1.0 mcp==2.3.0

cat > shops.json <<'JSON'
[{"seller_name": "Mugs", "app_key": "key", "app_secret": "none", "access_token": "none", "shop_cipher": "cipher"}]
JSON
cat > client.py <<'PY'
import asyncio, json, os, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

os.environ["TIKTOK_SHOP_CONFIG"] = os.path.abspath("shops.json")
from tiktok_shop_api.generated.models.get_order_list_response import GetOrderListResponse
from tiktok_shop_api.generated.models.get_statements_response import GetStatementsResponse
from tiktok_shop_mcp import server
from tiktok_shop_mcp.config import config

line = {"sku_id": "1", "product_name": "Mug", "sku_name": "Blue", "sale_price": "12.50", "original_price": "12.50", "currency": "USD"}
answers = {
    "/order/202309/orders/search": {"total_count": 1, "orders": [{
        "id": "1001", "status": "CANCELLED", "create_time": 1793000000, "line_items": [{"id": "1", **line}, {"id": "2", **line}],
        "payment": {"currency": "USD", "sub_total": "25.00", "shipping_fee": "0.00", "total_amount": "25.00"}}]},
    "/finance/202309/statements": {"statements": [{
        "id": "S-1", "statement_time": 1793100000, "payment_status": "PAID", "currency": "USD", "settlement_amount": "18.50",
        "revenue_amount": "25.00", "fee_amount": "-5.00", "adjustment_amount": "-1.50"}]},
}

# Stands for TikTok.
class TikTok(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        data = json.dumps({"code": 0, "message": "Success", "data": answers[self.path.split("?")[0]]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass

tiktok = HTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=tiktok.serve_forever, daemon=True).start()
config.BASE_URL = f"http://127.0.0.1:{tiktok.server_port}"

async def main():
    told = json.loads(await server.get_shop_orders_tool())
    order = told["orders"][0]
    quantities = {json.dumps(item["quantity"]) for item in order["line_items"]}
    print(f"tiktok-shop-mcp: success {json.dumps(told['success'])}, order {order['order_id']} status {json.dumps(order['status'])}, "
          f"total {order['total_amount']}, {order['sku_count']} lines of quantity {' '.join(quantities)}")
    told = json.loads(await server.get_shop_statements_tool())
    paid = told["statements"][0]
    print(f"tiktok-shop-mcp: success {json.dumps(told['success'])}, settlement {paid['statement_id']} "
          f"total {json.dumps(paid['total_amount'])}, revenue {json.dumps(paid['revenue'])}, fee {json.dumps(paid['fee'])}, "
          f"adjustment {json.dumps(paid['adjustment'])}")

asyncio.run(main())
orders, statements = ({"code": 0, "data": data} for data in answers.values())
order, paid = GetOrderListResponse.from_dict(orders).data.orders[0], GetStatementsResponse.from_dict(statements).data.statements[0]
print(f"tiktok-shop-api: order {order.id} status {order.status}, settlement {paid.id} total {paid.settlement_amount}, "
      f"revenue {paid.revenue_amount}, fee {paid.fee_amount}, adjustment {paid.adjustment_amount}")
PY
expected='tiktok-shop-mcp: success true, order 1001 status null, total 25.00, 2 lines of quantity null
tiktok-shop-mcp: success true, settlement S-1 total null, revenue null, fee null, adjustment null
tiktok-shop-api: order 1001 status CANCELLED, settlement S-1 total 18.50, revenue 25.00, fee -5.00, adjustment -1.50'
seen="$(venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

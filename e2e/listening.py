"""A client listens to an order; a person changes it at Order Desk; the client is told, and reads what is there now.

E2E_TARGET (JSON): see story.mjs. Against the demo, whose simulator posts every order that changes.
"""

import asyncio
import json
import os
import urllib.request
from typing import Any
from urllib.parse import urljoin

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

TARGET = json.loads(os.environ["E2E_TARGET"])
STORE = TARGET["store"]


async def main() -> None:
    headers = {"Authorization": f"Bearer {TARGET['master_key']}"}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
        async with Client(streamable_http_client(TARGET["url"], http_client=http), mode="2026-07-28") as client:
            async with asyncio.timeout(30):
                await story(client)


async def story(client: Client) -> None:
    orders = (await call(client, "orders_list", store=STORE, limit=10))["orders"]
    order, other = orders[7]["id"], orders[8]["id"]
    before = await call(client, "orders_get", store=STORE, order_id=order)
    uri = f"orderdesk://stores/{STORE}/orders/{order}"
    async with client.listen(resource_subscriptions=[uri, f"orderdesk://stores/{STORE}/folders"]) as stream:
        assert stream.honored.resource_subscriptions == [uri], stream.honored
        edit(other, {"email": "somebody.else@example.test"})
        edit(order, {"email": "told@example.test"})
        event = await anext(aiter(stream))
        assert event.uri == uri, event
    now = await call(client, "orders_get", store=STORE, order_id=order)
    assert before["email"] != now["email"] == "told@example.test", now["email"]


def edit(order: str, patch: dict[str, Any]) -> None:
    """Somebody edits an order in Order Desk's own pages."""
    url = urljoin(TARGET["simulator_url"], f"/_sim/orders/{STORE}/{order}/edit")
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(patch).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert reply.status == 200


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    envelope = (await client.call_tool(name, arguments)).structured_content
    assert envelope and envelope["status"] == "success", envelope
    return envelope["data"]


asyncio.run(main())

"""The story, told by the official Python client. Its twin is story.mjs: the same steps, the same judgements.

E2E_TARGET (JSON): see story.mjs.
"""

import asyncio
import json
import os
import urllib.request
from typing import Any
from urllib.parse import urljoin

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from judge import judge_upload

TARGET = json.loads(os.environ["E2E_TARGET"])
REVISION = {"legacy": "2025-11-25", "modern": "2026-07-28"}
NEEDED = {"stores_list", "orders_list", "orders_get", "orders_mutate_full", "orders_add_note"}
STORE = TARGET["store"]
MARK = f"python {TARGET['transport']} {TARGET['era']}"


async def main() -> None:
    mode = REVISION["modern"] if TARGET["era"] == "modern" else "legacy"
    if TARGET["transport"] == "stdio":
        server = StdioServerParameters(command=TARGET["command"], args=TARGET["args"], env=TARGET["env"])
        async with Client(server, mode=mode) as client:
            await story(client)
    else:
        headers = {"Authorization": f"Bearer {TARGET['master_key']}"}
        async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
            async with Client(streamable_http_client(TARGET["url"], http_client=http), mode=mode) as client:
                await story(client)


async def story(client: Client) -> None:
    assert client.protocol_version == REVISION[TARGET["era"]], client.protocol_version

    names = {tool.name for tool in (await client.list_tools()).tools}
    assert NEEDED <= names, f"not listed: {NEEDED - names}"

    stores = (await call(client, "stores_list"))["stores"]
    assert any(store["store_id"] == STORE for store in stores), f"store {STORE} is not listed"

    orders = (await call(client, "orders_list", store=STORE, limit=5))["orders"]
    assert len(orders) == 5
    order = {"store": STORE, "order_id": orders[1]["id"]}
    before = await call(client, "orders_get", **order, fresh=True)
    assert before["id"] == order["order_id"]

    city = f"Reykjavík ({MARK})"
    since = last_sequence()
    moved = await call(client, "orders_mutate_full", **order, mutation={"shipping": {"city": city}})
    assert moved["verified"] is True
    assert moved["changes"] == [{"path": "/shipping/city", "before": before["shipping"]["city"], "after": city}]
    judge_upload(uploads(since, before["id"]), before, lambda record: record["shipping"].update(city=city))

    between = await call(client, "orders_get", **order, fresh=True)
    assert between["shipping"]["city"] == city

    content = f"Checked by the {MARK} story."
    since = last_sequence()
    noted = await call(client, "orders_add_note", **order, content=content)
    assert noted["verified"] is True
    judge_upload(uploads(since, before["id"]), between, lambda record: record["order_notes"].append({"content": content}))

    after = await call(client, "orders_get", **order, fresh=True)
    assert after["shipping"]["city"] == city
    assert [note["content"] for note in after["order_notes"]].count(content) == 1

    since = last_sequence()
    refused = await client.call_tool("orders_get", {"store": STORE, "ordre_id": before["id"]})
    assert refused.is_error
    assert refused.structured_content["error"]["code"] == "VALIDATION_ERROR", refused.structured_content
    assert last_sequence() == since, "a refused call reached Order Desk"


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    """Calls a tool and answers the envelope's data; a tool error fails the story."""
    result = await client.call_tool(name, arguments)
    envelope = result.structured_content
    assert not result.is_error and envelope and envelope["status"] == "success", f"{name}: {result}"
    assert json.loads(result.content[0].text) == envelope, f"{name}: the text differs from the structured content"
    return envelope["data"]


def requests() -> list[dict[str, Any]]:
    with urllib.request.urlopen(urljoin(TARGET["simulator_url"], "/_sim/requests"), timeout=10) as response:
        return json.load(response)["requests"]


def last_sequence() -> int:
    return max((request["seq"] for request in requests()), default=0)


def uploads(since: int, order_id: str) -> list[dict[str, Any]]:
    return [
        request
        for request in requests()
        if request["seq"] > since and request["method"] == "PUT" and request["path"].endswith(f"/orders/{order_id}")
    ]


asyncio.run(main())

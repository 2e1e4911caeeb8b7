"""A question about many orders is asked for the first time, and the client is told how far the reading of them is.

E2E_TARGET (JSON): see story.mjs; `orders` is how many the shop has.
"""

import asyncio
import json
import os

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

TARGET = json.loads(os.environ["E2E_TARGET"])
REVISION = {"legacy": "legacy", "modern": "2026-07-28"}
STORE, ORDERS = TARGET["store"], TARGET["orders"]


async def main() -> None:
    mode = REVISION[TARGET["era"]]
    if TARGET["transport"] == "stdio":
        server = StdioServerParameters(command=TARGET["command"], args=TARGET["args"], env=TARGET["env"])
        async with Client(server, mode=mode) as client:
            await story(client)
    else:
        headers = {"Authorization": f"Bearer {TARGET['master_key']}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            async with Client(streamable_http_client(TARGET["url"], http_client=http), mode=mode) as client:
                await story(client)


async def story(client: Client) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    result = await client.call_tool("orders_queue", {"store": STORE}, progress_callback=hear)
    envelope = result.structured_content
    assert envelope and envelope["data"]["complete"] is True, envelope
    assert envelope["data"]["orders_counted"] == ORDERS, envelope["data"]["orders_counted"]
    assert heard, "nothing was told"
    done = [progress for progress, _, _ in heard]
    assert done == sorted(set(done)) and done[-1] <= ORDERS, done
    assert {total for _, total, _ in heard} == {ORDERS}, heard
    assert all(message and "orders are read" in message for _, _, message in heard), heard

    before = len(heard)
    again = await client.call_tool("orders_queue", {"store": STORE}, progress_callback=hear)
    assert not again.is_error and len(heard) == before, heard


asyncio.run(main())

"""A person is asked before a deletion, in both protocol eras over stdio, and what they say holds.

E2E_TARGET (JSON): see story.mjs.
"""

import asyncio
import json
import os
from typing import Any

from mcp import Client, StdioServerParameters, types

TARGET = json.loads(os.environ["E2E_TARGET"])
STORE = TARGET["store"]
SERVER = StdioServerParameters(command=TARGET["command"], args=TARGET["args"], env=TARGET["env"])
asked: list[str] = []
says: types.ElicitResult


async def person(_: Any, question: types.ElicitRequestParams) -> types.ElicitResult:
    asked.append(question.message)
    return says


async def main() -> None:
    global says
    mode = "2026-07-28" if TARGET["era"] == "modern" else "legacy"
    async with Client(SERVER, mode=mode, elicitation_callback=person) as client:
        orders = (await call(client, "orders_list", store=STORE, limit=5))["data"]["orders"]
        # Not those that the other stories change, and for each era another: a no outlives the process.
        kept, gone = orders[3 if mode == "legacy" else 2]["id"], orders[4]["id"]

        says = types.ElicitResult(action="decline")
        refused = await call(client, "orders_delete", store=STORE, order_id=kept)
        assert len(asked) == 1 and kept in asked[0], asked
        for confirm in (False, True):
            again = await call(client, "orders_delete", store=STORE, order_id=kept, confirm=confirm)
            assert again["error"]["details"] == refused["error"]["details"], again
        assert refused["error"]["details"]["declined_until"] and len(asked) == 1, asked
        assert await is_there(client, kept)

        says = types.ElicitResult(action="cancel")
        closed = await call(client, "orders_delete", store=STORE, order_id=gone)
        assert closed["error"]["code"] == "CONFIRMATION_REQUIRED" and len(asked) == 2, closed
        assert await is_there(client, gone)

        says = types.ElicitResult(action="accept", content={"confirm": True})
        deleted = await call(client, "orders_delete", store=STORE, order_id=gone)
        assert deleted["data"]["deleted"] is True and len(asked) == 3, deleted
        assert not await is_there(client, gone)


async def is_there(client: Client, order: str) -> bool:
    read = await call(client, "orders_get", store=STORE, order_id=order, fresh=True)
    return read["status"] == "success"


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    envelope = (await client.call_tool(name, arguments)).structured_content
    assert envelope, name
    return envelope


asyncio.run(main())

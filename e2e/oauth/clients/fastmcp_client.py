"""The client of FastMCP, which opens the browser (BROWSER) and listens for the answer by itself."""

import asyncio
from typing import Any

from fastmcp import Client
from fastmcp.client.auth import OAuth

from story import CLIENT, URL, story


async def main() -> None:
    async with Client(URL, auth=OAuth(client_name=CLIENT)) as client:

        async def call(name: str, arguments: dict[str, Any]) -> Any:
            return (await client.call_tool(name, arguments)).structured_content

        await story([tool.name for tool in await client.list_tools()], call)


asyncio.run(main())

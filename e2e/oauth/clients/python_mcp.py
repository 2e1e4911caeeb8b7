"""The official Python client."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

from story import CLIENT, URL, person, story


class Memory:
    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


async def main() -> None:
    answer: dict[str, str] = {}

    async def open_browser(url: str) -> None:
        answer.clear()
        answer.update(parse_qsl(urlsplit(await person(url)).query))

    async def wait_for_answer() -> AuthorizationCodeResult:
        return AuthorizationCodeResult(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))

    metadata = OAuthClientMetadata(client_name=CLIENT, redirect_uris=["http://127.0.0.1:8091/callback"])
    provider = OAuthClientProvider(URL, metadata, Memory(), open_browser, wait_for_answer)
    async with httpx2.AsyncClient(auth=provider, timeout=30) as http:
        async with Client(streamable_http_client(URL, http_client=http)) as client:

            async def call(name: str, arguments: dict[str, Any]) -> Any:
                return (await client.call_tool(name, arguments)).structured_content

            await story([tool.name for tool in (await client.list_tools()).tools], call)


asyncio.run(main())

"""What both Python clients share: the story, and the browser."""

import asyncio
import json
import os
import subprocess
import urllib.request
from typing import Any, Awaitable, Callable

URL = os.environ["E2E_URL"]
CLIENT = os.environ["E2E_CLIENT"]


async def person(url: str) -> str:
    """Opens a URL in the person's browser; answers the address that leads back."""
    command = [*json.loads(os.environ["E2E_PERSON"]), url]
    done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def expire() -> None:
    """Tells the runner to let the access token expire, and waits until it has."""
    request = urllib.request.Request(os.environ["E2E_EXPIRE"], method="POST")
    with urllib.request.urlopen(request, timeout=60):
        pass


async def story(names: list[str], call: Callable[[str, dict[str, Any]], Awaitable[Any]]) -> None:
    """`call` answers the structured content of a tool's result."""
    assert "orders_list" in names, names
    orders = {"store": os.environ["E2E_STORE"], "limit": 2}
    for name, arguments in [("stores_list", {}), ("orders_list", orders)]:
        content = await call(name, arguments)
        assert content["status"] == "success", content
    await asyncio.to_thread(expire)
    content = await call("orders_list", orders)
    assert content["status"] == "success", content

#!/usr/bin/env bash
# semantic-kernel 1.45.0 (Python). One MCP tool with a dot in its name, which the protocol allows, and none of the server's
# tools can be used: the plugin fails to connect.
#
# Seen on 28 November 2026, CPython 3.11:
#   orders_list: connected, 1 function
#   orders.list and orders_list: not connected
source "$(dirname "$0")/lib.sh"
python_with 'semantic-kernel[mcp]==1.45.0'

cat > client.py <<'PY'
import asyncio, json, logging, os, sys
from semantic_kernel.connectors.mcp import MCPStdioPlugin

logging.disable(logging.CRITICAL)

async def load(names):
    tool = lambda name: {"name": name, "description": name, "inputSchema": {"type": "object", "properties": {}}}
    env = {**os.environ, "TOOLS": json.dumps([tool(name) for name in names])}
    plugin = MCPStdioPlugin(name="echo", command=sys.executable, args=[os.environ["ECHO_SERVER"]], env=env, load_prompts=False)
    what = " and ".join(names)
    try:
        async with plugin:
            from semantic_kernel import Kernel
            functions = Kernel().add_plugin(plugin).functions
            print(f"{what}: connected, {len(functions)} function")
    except Exception as error:
        print(f"{what}: not connected")

asyncio.run(load(["orders_list"]))
asyncio.run(load(["orders.list", "orders_list"]))
PY
python client.py 2>/dev/null | expect "orders_list: connected, 1 function
orders.list and orders_list: not connected"

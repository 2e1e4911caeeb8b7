#!/usr/bin/env bash
# any-agent 1.18.0 with mcp 1.29.1 (Python), Mozilla's one interface to several agent frameworks. MCPStdio has a member `env`,
# "the environment variables to set for the server", which is where the keys of a shop go. Only with the framework smolagents are
# they set; with tinyagent, the one that is any-agent's own, and the others that share its MCP client they are dropped without a
# word, and the server starts without its key. What stands in the environment of the agent arrives instead.
#
# Seen on 30 November 2026, CPython 3.11. The server is started with env={"SHOP_KEY": "of-the-shop"}:
#   tinyagent: the server has SHOP_KEY none
#   smolagents: the server has SHOP_KEY of-the-shop
#   tinyagent, SHOP_KEY of another shop in the agent's environment: the server has SHOP_KEY of-another-shop
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'any-agent[smolagents]==1.18.0' mcp==1.29.1

# Writes down the key that it was started with.
cat > server.py <<'PY'
import json, os, sys

with open("key", "w") as file:
    file.write(os.environ.get("SHOP_KEY", "none"))

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "count_orders", "description": "counts orders", "inputSchema": {"type": "object", "properties": {}}}]}
    return {}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, os, sys

os.environ["OPENAI_API_KEY"] = "none"
from any_agent import AgentConfig, AnyAgent
from any_agent.config import MCPStdio

async def start(framework, name):
    server = MCPStdio(command=sys.executable, args=["server.py"], env={"SHOP_KEY": "of-the-shop"})
    agent = await AnyAgent.create_async(framework, AgentConfig(model_id="openai:none", tools=[server]))
    print(f"{name}: the server has SHOP_KEY {open('key').read()}")
    await agent.cleanup_async()

async def main():
    await start("tinyagent", "tinyagent")
    await start("smolagents", "smolagents")
    os.environ["SHOP_KEY"] = "of-another-shop"
    await start("tinyagent", "tinyagent, SHOP_KEY of another shop in the agent's environment")

asyncio.run(main())
PY
expected="tinyagent: the server has SHOP_KEY none
smolagents: the server has SHOP_KEY of-the-shop
tinyagent, SHOP_KEY of another shop in the agent's environment: the server has SHOP_KEY of-another-shop"
seen="$(env -u SHOP_KEY venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

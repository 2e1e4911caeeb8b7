#!/usr/bin/env bash
# llm-tools-mcp 0.4 with llm 0.36 and mcp 1.30.0 (Python), the MCP plug-in of the llm command. It starts the server once to list its
# tools and then again for each call, or opens a session for each. What one call sets for those that follow, such as the shop to
# work on, is gone at the next, whose answer is about another shop or a failure. The failure is no failure to the model either:
# isError is not looked at, and the text stands in the print of a Python object. Calls have to say all they need each time.
#
# Seen on 30 November 2026, CPython 3.11:
#   use_store Mugs: [TextContent(type='text', text='The store is Mugs.', annotations=None, meta=None)]
#   count_orders (isError): [TextContent(type='text', text='No store was chosen.', annotations=None, meta=None)]
#   servers started for two calls: 3
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check llm-tools-mcp==0.4 llm==0.36 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

store = None
use = {"type": "object", "properties": {"name": {"type": "string"}}}
with open("starts.txt", "a") as starts:
    print("started", file=starts)

def call(name, arguments):
    global store
    if name == "use_store":
        store = arguments["name"]
        return {"content": [{"type": "text", "text": f"The store is {store}."}]}
    text = f"{store} has 5 orders." if store else "No store was chosen."
    return {"content": [{"type": "text", "text": text}], "isError": store is None}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": name, "description": name, "inputSchema": schema} for name, schema in [("use_store", use), ("count_orders", {"type": "object"})]]}
    if method == "tools/call":
        return call(params["name"], params["arguments"])

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import json, os, sys

os.environ["LLM_TOOLS_MCP_CONFIG_DIR"] = os.getcwd()
with open("mcp.json", "w") as config:
    json.dump({"mcpServers": {"shop": {"command": sys.executable, "args": ["server.py"]}}}, config)

from llm_tools_mcp.register_tools import MCP

tools = {tool.name: tool for tool in MCP("mcp.json").tools()}
print("use_store Mugs:", tools["use_store"].implementation(name="Mugs"))
print("count_orders (isError):", tools["count_orders"].implementation())
print("servers started for two calls:", len(open("starts.txt").readlines()))
PY
expected="use_store Mugs: [TextContent(type='text', text='The store is Mugs.', annotations=None, meta=None)]
count_orders (isError): [TextContent(type='text', text='No store was chosen.', annotations=None, meta=None)]
servers started for two calls: 3"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

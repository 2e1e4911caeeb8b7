#!/usr/bin/env bash
# agent-framework-core 1.23.0 with mcp 2.3.0 (Python). Arguments with certain names do not reach the server, although the tool
# declares them and the model is shown them: the framework has things of its own with these names, and one of them is options.
# The call succeeds without them, so a shirt is ordered without its size, and no one is told. Each name has to be let through by
# hand.
#
# Seen on 29 November 2026, CPython 3.11. The tool declares these arguments, and the model gives them all:
#   shown to the model: sku, options, session, thread, tools, tool_choice, chat_options, conversation_id, response_format, note
#   the server gets: sku, note
#   with additional_tool_argument_names options: sku, options, note
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check agent-framework-core==1.23.0 mcp==2.3.0 tenacity==9.2.1

cat > server.py <<'PY'
import json, sys

schema = {"type": "object", "properties": {name: {"type": "string"} for name in sys.argv[1:]}, "required": ["sku"]}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "add_item", "description": "adds", "inputSchema": schema}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": ", ".join(params["arguments"])}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, logging, sys
from agent_framework import MCPStdioTool

logging.disable(logging.CRITICAL)
own = ["options", "session", "thread", "tools", "tool_choice", "chat_options", "conversation_id", "response_format"]
names = ["sku", *own, "note"]

async def main():
    for how, extra in ("the server gets", None), ("with additional_tool_argument_names options", ["options"]):
        server = MCPStdioTool("shop", command=sys.executable, args=["server.py", *names], additional_tool_argument_names=extra)
        async with server:
            [add_item] = server.functions
            if extra is None:
                print("shown to the model:", ", ".join(add_item.parameters()["properties"]))
            [result] = await add_item.invoke(arguments=dict.fromkeys(names, "x"))
            print(f"{how}: {result.text}")

asyncio.run(main())
PY
expected='shown to the model: sku, options, session, thread, tools, tool_choice, chat_options, conversation_id, response_format, note
the server gets: sku, note
with additional_tool_argument_names options: sku, options, note'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

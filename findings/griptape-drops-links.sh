#!/usr/bin/env bash
# griptape 1.13.0 with mcp 1.30.0 (Python). A link to a resource in a tool result is dropped, with its name, while texts, pictures and
# embedded resources beside it are kept; a result that is a link and nothing else is an empty one. Where a result says where its
# report or its label is, the text has to say it, or the structured content of a result that has no other block.
#
# Seen on 30 November 2026, CPython 3.11:
#   report: 'The report has 2 orders.'
#   label: ''
#   label with structured content: '{"uri": "orders://shop/label.pdf"}'
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check griptape==1.13.0 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

TOOLS = [{"name": name, "description": "reports", "inputSchema": {"type": "object", "properties": {}}} for name in ["report", "label", "both"]]

def link(name):
    return {"type": "resource_link", "uri": f"orders://shop/{name}", "name": f"The file {name}"}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call" and params["name"] == "report":
        return {"content": [{"type": "text", "text": "The report has 2 orders."}, link("report.csv")]}
    if method == "tools/call" and params["name"] == "label":
        return {"content": [link("label.pdf")]}
    if method == "tools/call":
        return {"content": [link("label.pdf")], "structuredContent": {"uri": "orders://shop/label.pdf"}}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import sys
from griptape.tools import MCPTool

tool = MCPTool(name="shop", connection={"transport": "stdio", "command": sys.executable, "args": ["server.py"]})
calls = {tool.activity_name(call): call for call in tool.activities()}
for name, title in [("report", "report"), ("label", "label"), ("both", "label with structured content")]:
    print(f"{title}: {calls[name]({'values': {}}).to_text()!r}")
PY
expected="report: 'The report has 2 orders.'
label: ''
label with structured content: '{\"uri\": \"orders://shop/label.pdf\"}'"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

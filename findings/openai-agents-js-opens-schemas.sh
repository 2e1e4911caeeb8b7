#!/usr/bin/env bash
# @openai/agents 0.20.0 (npm), MCP tools without strict conversion. A schema that says additionalProperties false is handed to
# the model as true, so that nothing keeps it from names the server will refuse.
#
# Seen on 28 November 2026, Node 20:
#   the server lists additionalProperties false
#   the model is given additionalProperties true
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund @openai/agents@0.20.0 zod@4

export TOOLS='[{"name":"find","description":"finds","inputSchema":{"type":"object","additionalProperties":false,
  "properties":{"name":{"type":"string"}},"required":["name"]}}]'
# Repeats the arguments of a call, and says that the tool "fail" failed.
cat > server.py <<'PY'
import json, os, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": json.loads(os.environ["TOOLS"])}
    if method == "tools/call":
        text = json.dumps(params.get("arguments"))
        return {"content": [{"type": "text", "text": text}], "isError": params["name"] == "fail"}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.mjs <<'JS'
import { getAllMcpTools, MCPServerStdio } from "@openai/agents";

const server = new MCPServerStdio({ command: "python3", args: ["server.py"], env: process.env });
await server.connect();
const [listed] = await server.listTools();
console.log("the server lists additionalProperties", listed.inputSchema.additionalProperties);
const [tool] = await getAllMcpTools({ mcpServers: [server], convertSchemasToStrict: false });
console.log("the model is given additionalProperties", tool.parameters.additionalProperties);
await server.close();
JS
expected="the server lists additionalProperties false
the model is given additionalProperties true"
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

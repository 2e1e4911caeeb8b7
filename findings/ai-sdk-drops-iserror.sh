#!/usr/bin/env bash
# @ai-sdk/mcp 2.0.99 (npm). What the model is told of a failed tool call is its text alone: toModelOutput drops isError.
#
# Seen on 28 November 2026, Node 20:
#   the result says isError true
#   the model is given {"type":"content","value":[{"type":"text","text":"{}"}]}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund @ai-sdk/mcp@2.0.99

export TOOLS='[{"name":"fail","description":"fails","inputSchema":{"type":"object","properties":{}}}]'
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
import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as Stdio } from "@ai-sdk/mcp/mcp-stdio";

const transport = new Stdio({ command: "python3", args: ["server.py"], env: process.env });
const client = await createMCPClient({ transport });
const { fail } = await client.tools();
const output = await fail.execute({}, { toolCallId: "1", messages: [] });
console.log("the result says isError", output.isError);
console.log("the model is given", JSON.stringify(await fail.toModelOutput({ toolCallId: "1", input: {}, output })));
await client.close();
JS
expected='the result says isError true
the model is given {"type":"content","value":[{"type":"text","text":"{}"}]}'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# n8n-nodes-mcp 0.1.37 with n8n-workflow 2.41.0 (Node). A node of n8n is given all items that come out of the node before it, and
# works through them; this one looks at the first. Of five orders that flow into "Execute Tool", with the order's number in the
# arguments, one is shipped, the workflow is green, and one item goes on. "Loop Over Items" before it, with batches of one,
# helps. A result with isError is a success too.
#
# Seen on 30 November 2026, Node 20:
#   items in 5, calls ["1001"], items out 1
#   a call that failed: items out 1, isError true
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . n8n-nodes-mcp@0.1.37 n8n-workflow@2.41.0

# Notes the orders that it is asked to ship, and says that the tool "fail" failed.
cat > server.py <<'PY'
import json, os, sys

TOOLS = [{"name": name, "description": "ships", "inputSchema": {"type": "object", "properties": {"order_id": {"type": "string"}}}} for name in ["ship", "fail"]]

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        with open(os.environ["SHIPPED"], "a") as shipped:
            print(params["arguments"]["order_id"], file=shipped)
        return {"content": [{"type": "text", "text": "Done."}], "isError": params["name"] == "fail"}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# Stands for n8n, which runs a node once, with all items, and resolves its parameters for the one that is asked for.
cat > client.cjs <<'JS'
const fs = require("node:fs");
const { McpClient } = require("n8n-nodes-mcp/dist/nodes/McpClient/McpClient.node.js");

async function run(toolName, file, orders) {
  const items = orders.map((order_id) => ({ json: { order_id } }));
  const credentials = { command: "python3", args: "server.py", environments: `SHIPPED=${file}` };
  const quiet = () => {};
  const n8n = {
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    getNode: () => ({ name: "MCP Client", type: "mcpClient" }),
    getInputData: () => items,
    getCredentials: async () => credentials,
    getNodeParameter: (name, index) =>
      ({ operation: "executeTool", connectionType: "cmd", toolName, toolParameters: JSON.stringify(items[index].json) })[name],
  };
  const [out] = await new McpClient().execute.call(n8n);
  return { out, calls: fs.readFileSync(file, "utf8").trim().split("\n") };
}

(async () => {
  const orders = ["1001", "1002", "1003", "1004", "1005"];
  const { out, calls } = await run("ship", "shipped.txt", orders);
  console.log(`items in ${orders.length}, calls ${JSON.stringify(calls)}, items out ${out.length}`);
  const failed = await run("fail", "failed.txt", ["1001"]);
  console.log(`a call that failed: items out ${failed.out.length}, isError ${failed.out[0].json.result.isError}`);
  process.exit(0);
})();
JS
expected='items in 5, calls ["1001"], items out 1
a call that failed: items out 1, isError true'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

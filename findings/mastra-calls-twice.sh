#!/usr/bin/env bash
# @mastra/mcp 2.0.0 with @mastra/core 1.71.0 (Node). A call that fails with certain words in its message is made again without a
# word to anyone, whatever the tool's annotations say: after a server that went away in the middle of the call, and also after
# an error that only tells of somebody else's refused connection. Who had bought the label by then has bought two.
#
# Seen on 29 November 2026, Node 20. The tool buys a label (not read-only, not idempotent), then:
#   the server stops: the agent gets "Label 2", labels bought: 2
#   the error "No answer from the printer": the agent gets an error, labels bought: 1
#   the error "The printer: connection refused": the agent gets "Label 2", labels bought: 2
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @mastra/mcp@2.0.0 @mastra/core@1.71.0

# Buys a label at each call. The first call ends as the first argument says.
cat > server.py <<'PY'
import json, sys

tool = {
    "name": "buy", "description": "buys", "inputSchema": {"type": "object", "properties": {}},
    "annotations": {"readOnlyHint": False, "idempotentHint": False, "destructiveHint": True},
}

def bought():
    with open(sys.argv[2], "a+") as labels:
        print("label", file=labels, flush=True)
        labels.seek(0)
        return len(labels.readlines())

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "labels", "version": "1"}}
    if method == "tools/list":
        return {"tools": [tool]}
    if method == "tools/call":
        number = bought()
        if number > 1:
            return {"content": [{"type": "text", "text": f"Label {number}"}]}
        if sys.argv[1] == "stop":
            sys.exit()
        raise RuntimeError(sys.argv[1])

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        try:
            result = answer(message["method"], message.get("params") or {})
            outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        except RuntimeError as error:
            outcome = {"error": {"code": -32000, "message": str(error)}}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.mjs <<'JS'
import { readFileSync } from "node:fs";
import { MCPClient } from "@mastra/mcp";

const ends = ["stop", "No answer from the printer", "The printer: connection refused"];
for (const [at, end] of ends.entries()) {
  const labels = `labels-${at}`;
  const servers = { shop: { command: "python3", args: ["server.py", end, labels] } };
  const client = new MCPClient({ id: labels, servers });
  const { shop_buy } = await client.listTools();
  let got = "an error";
  try {
    const result = await shop_buy.execute({}, {});
    if (result.content) got = `"${result.content[0].text}"`;
  } catch {}
  const what = end === "stop" ? "the server stops" : `the error "${end}"`;
  console.log(`${what}: the agent gets ${got}, labels bought: ${readFileSync(labels, "utf8").trim().split("\n").length}`);
  await client.disconnect();
}
process.exit(0);
JS
expected='the server stops: the agent gets "Label 2", labels bought: 2
the error "No answer from the printer": the agent gets an error, labels bought: 1
the error "The printer: connection refused": the agent gets "Label 2", labels bought: 2'
seen="$(node client.mjs 2> log | grep "^the ")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

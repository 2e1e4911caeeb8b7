#!/usr/bin/env bash
# mcp-client 1.13.1 with @modelcontextprotocol/sdk 1.32.2 (Node). What a server logs may be any JSON value, and is mostly a text.
# The event loggingMessage, which the README calls equivalent to the SDK's handler, spreads it into an object: a text becomes its
# letters by number, a list loses that it is one, a number is lost, and of an object that has a `level` of its own that one is
# taken for the level of the message. The name of the logger is left out.
#
# Seen on 30 November 2026, Node 20. Messages of level warning by the logger orders:
#   "Paid": mcp-client {"0":"P","1":"a","2":"i","3":"d","level":"warning"}
#   7: mcp-client {"level":"warning"}
#   ["1001","1002"]: mcp-client {"0":"1001","1":"1002","level":"warning"}
#   {"order":"1001","level":"gold"}: mcp-client {"level":"gold","order":"1001"}
#   the SDK: {"level":"warning","logger":"orders","data":"Paid"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . mcp-client@1.13.1 @modelcontextprotocol/sdk@1.32.2

# Logs four messages when it is pinged.
cat > server.py <<'PY'
import json, sys

def send(message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)

for line in sys.stdin:
    message = json.loads(line)
    method, params = message.get("method"), message.get("params") or {}
    if method == "initialize":
        send({"id": message["id"], "result": {"protocolVersion": params["protocolVersion"], "capabilities": {"logging": {}},
                                              "serverInfo": {"name": "shop", "version": "1"}}})
    elif method == "ping":
        for data in ["Paid", 7, ["1001", "1002"], {"order": "1001", "level": "gold"}]:
            send({"method": "notifications/message", "params": {"level": "warning", "logger": "orders", "data": data}})
        send({"id": message["id"], "result": {}})
PY
cat > client.mjs <<'JS'
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { MCPClient } from "mcp-client";

const server = { command: "python3", args: ["server.py"] };
const given = [], logged = [];
const client = new MCPClient({ name: "check", version: "1" });
client.on("loggingMessage", (message) => given.push(JSON.stringify(message)));
await client.connect({ type: "stdio", ...server });
await client.ping();

const sdk = new Client({ name: "check", version: "1" });
sdk.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => logged.push(params));
await sdk.connect(new StdioClientTransport(server));
await sdk.ping();
for (let tries = 0; tries < 100 && (given.length < 4 || logged.length < 4); tries++) await wait(20);

logged.forEach(({ data }, index) => console.log(`${JSON.stringify(data)}: mcp-client ${given[index]}`));
console.log(`the SDK: ${JSON.stringify(logged[0])}`);
await client.close();
await sdk.close();
JS
expected='"Paid": mcp-client {"0":"P","1":"a","2":"i","3":"d","level":"warning"}
7: mcp-client {"level":"warning"}
["1001","1002"]: mcp-client {"0":"1001","1":"1002","level":"warning"}
{"order":"1001","level":"gold"}: mcp-client {"level":"gold","order":"1001"}
the SDK: {"level":"warning","logger":"orders","data":"Paid"}'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

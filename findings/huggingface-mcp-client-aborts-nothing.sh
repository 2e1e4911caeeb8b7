#!/usr/bin/env bash
# @huggingface/mcp-client 0.2.3 with @modelcontextprotocol/sdk 1.32.2 (Node), which Hugging Face's tiny agents run on. The
# signal that aborts a turn is given to callTool among the parameters of the tool call, where it is sent to the server as an
# empty object, instead of among the options of the request: a call that the user stops is not cancelled. The order is created,
# the turn waits for it and ends as if nobody had stopped it. With the SDK's own client the same signal cancels the call at the
# server.
#
# Seen on 30 November 2026, Node 20. The signal is aborted when the call has begun:
#   mcp-client: the tool said created
#   the server: tools/call {"name": "create_order", "arguments": {}, "signal": {}}; order created
#   the SDK's client: AbortError
#   the server: tools/call {"name": "create_order", "arguments": {}}; cancelled
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @huggingface/mcp-client@0.2.3 @modelcontextprotocol/sdk@1.32.2

# Writes down what it is told. An order takes it a second, or until the call is cancelled.
cat > server.py <<'PY'
import json, sys, threading

log, cancelled = sys.argv[1], threading.Event()

def send(message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)

def note(text):
    with open(log, "a") as file:
        file.write(text + "\n")

def create(request):
    if not cancelled.wait(1):
        note("order created")
        send({"id": request, "result": {"content": [{"type": "text", "text": "created"}]}})

for line in sys.stdin:
    message = json.loads(line)
    method, params = message.get("method"), message.get("params") or {}
    if method == "initialize":
        send({"id": message["id"], "result": {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                                              "serverInfo": {"name": "shop", "version": "1"}}})
    elif method == "tools/list":
        tool = {"name": "create_order", "description": "creates an order", "inputSchema": {"type": "object", "properties": {}}}
        send({"id": message["id"], "result": {"tools": [tool]}})
    elif method == "tools/call":
        note("tools/call " + json.dumps(params))
        threading.Thread(target=create, args=(message["id"],), daemon=True).start()
    elif method == "notifications/cancelled":
        note("cancelled")
        cancelled.set()
PY
cat > client.mjs <<'JS'
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { McpClient } from "@huggingface/mcp-client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const server = (log) => ({ command: "python3", args: ["server.py", log] });
const lines = (log) => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);

// A signal that is aborted as soon as the server has the call.
function signalFor(log) {
  const abort = new AbortController();
  (async () => {
    while (!lines(log).some((line) => line.startsWith("tools/call"))) await wait(20);
    abort.abort();
  })();
  return abort.signal;
}

async function told(log, last) {
  for (let tries = 0; tries < 200 && !lines(log).includes(last); tries++) await wait(20);
  console.log("the server:", lines(log).join("; "));
}

// Stands for the model, which calls the tool.
const model = createServer((request, response) => {
  request.resume();
  const call = { index: 0, id: "1", type: "function", function: { name: "create_order", arguments: "{}" } };
  const choices = [{ index: 0, delta: { role: "assistant", content: "", tool_calls: [call] } }];
  const chunk = { id: "1", object: "chat.completion.chunk", created: 1, model: "none", choices };
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
});
await new Promise((resolve) => model.listen(0, "127.0.0.1", resolve));

const agent = new McpClient({ endpointUrl: `http://127.0.0.1:${model.address().port}/v1`, model: "none", apiKey: "none" });
await agent.addMcpServer({ type: "stdio", config: server("one.log") });
const messages = [{ role: "user", content: "Create an order." }];
try {
  for await (const part of agent.processSingleTurnWithTools(messages, { abortSignal: signalFor("one.log") }))
    if (part.role === "tool") console.log("mcp-client: the tool said", part.content);
} catch (error) {
  console.log("mcp-client:", error.name);
}
await told("one.log", "order created");
await agent.cleanup();
model.close();

const client = new Client({ name: "check", version: "1" });
await client.connect(new StdioClientTransport(server("two.log")));
try {
  await client.callTool({ name: "create_order", arguments: {} }, undefined, { signal: signalFor("two.log") });
} catch (error) {
  console.log("the SDK's client:", /abort/i.test(`${error.name} ${error.message}`) ? "AbortError" : error.message);
}
await told("two.log", "cancelled");
await client.close();
JS
expected="mcp-client: the tool said created
the server: tools/call {\"name\": \"create_order\", \"arguments\": {}, \"signal\": {}}; order created
the SDK's client: AbortError
the server: tools/call {\"name\": \"create_order\", \"arguments\": {}}; cancelled"
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

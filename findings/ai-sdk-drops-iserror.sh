#!/usr/bin/env bash
# @ai-sdk/mcp 2.0.99 (npm). What the model is told of a failed tool call is its text alone: toModelOutput drops isError.
#
# Seen on 28 November 2026, Node 20:
#   the result says isError true
#   the model is given {"type":"content","value":[{"type":"text","text":"{}"}]}
source "$(dirname "$0")/lib.sh"
node_with @ai-sdk/mcp@2.0.99

export TOOLS='[{"name":"fail","description":"fails","inputSchema":{"type":"object","properties":{}}}]'
cat > client.mjs <<'JS'
import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as Stdio } from "@ai-sdk/mcp/mcp-stdio";

const transport = new Stdio({ command: "python3", args: [process.env.ECHO_SERVER], env: process.env });
const client = await createMCPClient({ transport });
const { fail } = await client.tools();
const output = await fail.execute({}, { toolCallId: "1", messages: [] });
console.log("the result says isError", output.isError);
console.log("the model is given", JSON.stringify(await fail.toModelOutput({ toolCallId: "1", input: {}, output })));
await client.close();
JS
node client.mjs | expect 'the result says isError true
the model is given {"type":"content","value":[{"type":"text","text":"{}"}]}'

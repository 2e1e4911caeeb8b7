#!/usr/bin/env bash
# @openai/agents 0.20.0 (npm), MCP tools without strict conversion. A schema that says additionalProperties false is handed to
# the model as true, so that nothing keeps it from names the server will refuse.
#
# Seen on 28 November 2026, Node 20:
#   the server lists additionalProperties false
#   the model is given additionalProperties true
source "$(dirname "$0")/lib.sh"
node_with @openai/agents@0.20.0 zod@4

export TOOLS='[{"name":"find","description":"finds","inputSchema":{"type":"object","additionalProperties":false,
  "properties":{"name":{"type":"string"}},"required":["name"]}}]'
cat > client.mjs <<'JS'
import { getAllMcpTools, MCPServerStdio } from "@openai/agents";

const server = new MCPServerStdio({ command: "python3", args: [process.env.ECHO_SERVER], env: process.env });
await server.connect();
const [listed] = await server.listTools();
console.log("the server lists additionalProperties", listed.inputSchema.additionalProperties);
const [tool] = await getAllMcpTools({ mcpServers: [server], convertSchemasToStrict: false });
console.log("the model is given additionalProperties", tool.parameters.additionalProperties);
await server.close();
JS
node client.mjs | expect "the server lists additionalProperties false
the model is given additionalProperties true"

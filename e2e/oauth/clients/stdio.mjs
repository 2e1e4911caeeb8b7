// A program over stdio that signs in by itself (mcp-remote), as the official TypeScript client starts it:
// `stdio.mjs COMMAND ARGS...`

import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { story } from "./provider.mjs";

const [, , command, ...args] = process.argv;
const client = new Client({ name: process.env.E2E_CLIENT, version: "1.0.0" });
await client.connect(new StdioClientTransport({ command, args, env: process.env, stderr: "inherit" }));
try {
  const list = async () => (await client.listTools()).tools.map(({ name }) => name);
  await story(list, (name, args) => client.callTool({ name, arguments: args }));
} finally {
  await client.close();
}

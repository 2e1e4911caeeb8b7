// The official TypeScript libraries: `typescript.mjs v1` and `typescript.mjs v2`.

import { Provider, story, url } from "./provider.mjs";

const [, , generation] = process.argv;
const { Client, StreamableHTTPClientTransport } =
  generation === "v1"
    ? {
        ...(await import("@modelcontextprotocol/sdk/client/index.js")),
        ...(await import("@modelcontextprotocol/sdk/client/streamableHttp.js")),
      }
    : await import("@modelcontextprotocol/client");

const provider = new Provider();
let client = await connect().catch(async (error) => {
  if (!provider.answer) throw error;
  return undefined;
});
client ??= await connect();
try {
  const list = async () => (await client.listTools()).tools.map(({ name }) => name);
  await story(list, (name, args) => client.callTool({ name, arguments: args }));
} finally {
  await client.close();
}

/** Connects; a first attempt opens the browser and fails, and the code that came back from there is redeemed. */
async function connect() {
  const options = generation === "v1" ? undefined : { versionNegotiation: { mode: "auto" } };
  const client = new Client({ name: process.env.E2E_CLIENT, version: "1.0.0" }, options);
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
  try {
    await client.connect(transport);
    return client;
  } catch (error) {
    // Version 2 judges the whole answer, `iss` among it; version 1 knows only the code.
    if (provider.answer) await transport.finishAuth(generation === "v1" ? provider.answer.get("code") : provider.answer);
    throw error;
  }
}

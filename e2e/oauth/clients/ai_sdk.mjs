// The client of the AI SDK.

import { auth, createMCPClient } from "@ai-sdk/mcp";
import { Provider, story, url } from "./provider.mjs";

const provider = new Provider();
const transport = { type: "http", url, authProvider: provider };
let client;
try {
  client = await createMCPClient({ transport });
} catch (error) {
  if (!provider.answer) throw error;
  await auth(provider, {
    serverUrl: url,
    authorizationCode: provider.answer.get("code"),
    callbackState: provider.answer.get("state"),
    callbackIssuer: provider.answer.get("iss"),
  });
  client = await createMCPClient({ transport });
}
try {
  const tools = await client.tools();
  await story(
    async () => Object.keys(tools),
    (name, args) => tools[name].execute(args, { toolCallId: name, messages: [] }),
  );
} finally {
  await client.close();
}

#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 and @modelcontextprotocol/client 2.4.0 (npm). Calls that meet a 401 at the same time
# refresh each for itself, all with the same refresh token. A server that takes a refresh token once, as OAuth 2.1 asks for
# public clients, refuses all but the first, and the calls that lost open the browser.
#
# Seen on 29 November 2026, Node 20. Three calls at once after the access token has ended; what the server is asked:
#   1.x: refresh_token refresh_token refresh_token browser browser
#   2.x: refresh_token refresh_token refresh_token browser browser
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0

# An MCP server with one tool and an authorization server that agrees to everything.
cat > server.mjs <<'JS'
import { createServer } from "node:http";
import { randomUUID as any } from "node:crypto";

const refresh = new Set(), access = new Set();
const asked = [];
const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  const base = `http://${request.headers.host}`;
  const url = new URL(request.url, base);
  const json = (value, status = 200, headers = {}) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));
  if (url.pathname === "/asked") return response.end(asked.splice(0).join(" "));
  if (url.pathname === "/end") return access.clear(), response.end();
  if (url.pathname.startsWith("/.well-known/oauth-protected-resource"))
    return json({ resource: `${base}/mcp`, authorization_servers: [base] });
  if (url.pathname.startsWith("/.well-known/oauth-authorization-server"))
    return json({
      issuer: base, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token`, registration_endpoint: `${base}/register`,
      response_types_supported: ["code"], code_challenge_methods_supported: ["S256"], token_endpoint_auth_methods_supported: ["none"],
    });
  if (url.pathname === "/register") return json({ ...JSON.parse(text), client_id: any(), token_endpoint_auth_method: "none" }, 201);
  if (url.pathname === "/authorize") {
    asked.push("browser");
    const back = new URL(url.searchParams.get("redirect_uri"));
    back.search = new URLSearchParams({ code: any(), state: url.searchParams.get("state") ?? "", iss: base });
    return response.writeHead(302, { Location: back.href }).end();
  }
  if (url.pathname === "/token") {
    const form = new URLSearchParams(text);
    asked.push(form.get("grant_type"));
    await new Promise((resolve) => setTimeout(resolve, 500));
    // A refresh token is good once (OAuth 2.1, section 4.3.1).
    if (form.get("grant_type") === "refresh_token" && !refresh.delete(form.get("refresh_token"))) return json({ error: "invalid_grant" }, 400);
    const [token, next] = [any(), any()];
    access.add(token), refresh.add(next);
    return json({ access_token: token, refresh_token: next, token_type: "Bearer", expires_in: 3600 });
  }
  if (url.pathname !== "/mcp") return json({}, 404);
  if (!access.has(request.headers.authorization?.slice("Bearer ".length)))
    return json({}, 401, { "WWW-Authenticate": `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"` });
  if (request.method !== "POST") return json({}, 405);
  const { id, method } = JSON.parse(text);
  if (id === undefined) return response.writeHead(202).end();
  const results = {
    initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "echo", version: "1" } },
    "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object", properties: {} } }] },
    "tools/call": { content: [{ type: "text", text: "{}" }] },
  };
  if (!results[method]) return json({ jsonrpc: "2.0", id, error: { code: -32601, message: "unknown method" } });
  json({ jsonrpc: "2.0", id, result: results[method] });
}).listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
node server.mjs >port &
server=$!
until [ -s port ]; do sleep 0.1; done
URL="http://127.0.0.1:$(cat port)"
export URL
cat > client.mjs <<'JS'
const libraries = {
  "1.x": {
    ...(await import("@modelcontextprotocol/sdk/client/index.js")),
    ...(await import("@modelcontextprotocol/sdk/client/streamableHttp.js")),
  },
  "2.x": await import("@modelcontextprotocol/client"),
};
const { URL: base } = process.env;
const ask = async (path) => (await fetch(base + path)).text();

for (const [name, { Client, StreamableHTTPClientTransport }] of Object.entries(libraries)) {
  const kept = {};
  let back;
  const authProvider = {
    redirectUrl: "http://127.0.0.1:9999/callback",
    clientMetadata: { client_name: "echo", redirect_uris: ["http://127.0.0.1:9999/callback"] },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void (kept.tokens = tokens),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
    invalidateCredentials: (what) => void (["all", "tokens"].includes(what) && delete kept.tokens),
    async redirectToAuthorization(url) {
      back = new URL((await fetch(url, { redirect: "manual" })).headers.get("location")).searchParams;
    },
  };
  const connect = async () => {
    const client = new Client({ name: "echo", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(`${base}/mcp`), { authProvider });
    await client.connect(transport).catch(async (error) => {
      if (!back) throw error;
      await transport.finishAuth(name === "1.x" ? back.get("code") : back);
      throw error;
    });
    return client;
  };
  const client = await connect().catch(connect);
  await ask("/asked");
  await ask("/end");
  await Promise.allSettled([1, 2, 3].map(() => client.callTool({ name: "echo", arguments: {} })));
  console.log(`${name}: ${await ask("/asked")}`);
}
process.exit(0);
JS
expected='1.x: refresh_token refresh_token refresh_token browser browser
2.x: refresh_token refresh_token refresh_token browser browser'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

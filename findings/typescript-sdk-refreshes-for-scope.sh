#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 (Node). When the server says that the token may not do a call (403 insufficient_scope, with
# the scope that it takes), a client that holds a refresh token refreshes, which can never widen what a token may do (RFC 6749,
# section 6), tries once more and gives up: the user is never asked. Without a refresh token it asks, and so does
# @modelcontextprotocol/client 2.4.0. So a server had better ask for all it needs at the login.
#
# Seen on 29 November 2026, Node 20. The login was for "read", the call takes "write" too:
#   1.x, with-refresh: refresh: Server returned 403 after trying upscoping
#   1.x, without-refresh: browser for read write: written
#   2.x, with-refresh: browser for read write: written
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0

# An MCP server with one tool and an authorization server that agrees to everything.
cat > server.mjs <<'JS'
import { createServer } from "node:http";
import { randomUUID as any } from "node:crypto";

// What a token may do, and whether refresh tokens are given.
const scopes = new Map();
const asked = [];
let refreshes = true;
const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  const base = `http://${request.headers.host}`;
  const url = new URL(request.url, base);
  const json = (value, status = 200, headers = {}) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));
  if (url.pathname === "/asked") return response.end(asked.splice(0).join(", "));
  if (url.pathname === "/without-refresh") return (refreshes = false), response.end();
  if (url.pathname === "/with-refresh") return (refreshes = true), response.end();
  if (url.pathname.startsWith("/.well-known/oauth-protected-resource"))
    return json({ resource: `${base}/mcp`, authorization_servers: [base], scopes_supported: ["read"] });
  if (url.pathname.startsWith("/.well-known/oauth-authorization-server"))
    return json({
      issuer: base, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token`, registration_endpoint: `${base}/register`,
      response_types_supported: ["code"], code_challenge_methods_supported: ["S256"], token_endpoint_auth_methods_supported: ["none"],
    });
  if (url.pathname === "/register") return json({ ...JSON.parse(text), client_id: any(), token_endpoint_auth_method: "none" }, 201);
  if (url.pathname === "/authorize") {
    const code = any();
    scopes.set(code, url.searchParams.get("scope") ?? "read");
    asked.push(`browser for ${scopes.get(code)}`);
    const back = new URL(url.searchParams.get("redirect_uri"));
    back.search = new URLSearchParams({ code, state: url.searchParams.get("state") ?? "", iss: base });
    return response.writeHead(302, { Location: back.href }).end();
  }
  if (url.pathname === "/token") {
    const form = new URLSearchParams(text);
    const scope = scopes.get(form.get("code") ?? form.get("refresh_token"));
    if (form.get("grant_type") === "refresh_token") asked.push("refresh");
    const [token, next] = [any(), any()];
    scopes.set(token, scope), scopes.set(next, scope);
    return json({ access_token: token, ...(refreshes && { refresh_token: next }), token_type: "Bearer", expires_in: 3600, scope });
  }
  if (url.pathname !== "/mcp") return json({}, 404);
  const metadata = `resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`;
  const granted = scopes.get(request.headers.authorization?.slice("Bearer ".length));
  if (!granted) return json({}, 401, { "WWW-Authenticate": `Bearer ${metadata}, scope="read"` });
  if (request.method !== "POST") return json({}, 405);
  const { id, method } = JSON.parse(text);
  if (id === undefined) return response.writeHead(202).end();
  if (method === "tools/call" && !granted.includes("write"))
    return json({}, 403, { "WWW-Authenticate": `Bearer error="insufficient_scope", scope="read write", ${metadata}` });
  const results = {
    initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "shop", version: "1" } },
    "tools/list": { tools: [{ name: "write", inputSchema: { type: "object", properties: {} } }] },
    "tools/call": { content: [{ type: "text", text: "written" }] },
  };
  if (!results[method]) return json({ jsonrpc: "2.0", id, error: { code: -32601, message: "unknown method" } });
  json({ jsonrpc: "2.0", id, result: results[method] });
}).listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
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

async function run(name, refresh) {
  const { Client, StreamableHTTPClientTransport } = libraries[name];
  await ask(`/${refresh}`);
  const kept = {};
  let back;
  const authProvider = {
    redirectUrl: "http://127.0.0.1:9999/callback",
    clientMetadata: { client_name: "shop", redirect_uris: ["http://127.0.0.1:9999/callback"] },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void (kept.tokens = tokens),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
    async redirectToAuthorization(url) {
      back = new URL((await fetch(url, { redirect: "manual" })).headers.get("location")).searchParams;
    },
  };
  const client = new Client({ name: "shop", version: "1" });
  const start = () => new StreamableHTTPClientTransport(new URL(`${base}/mcp`), { authProvider });
  const finish = (transport) => transport.finishAuth(name === "1.x" ? back.get("code") : back);
  const first = start();
  await client.connect(first).catch(() => finish(first));
  await client.close();
  const transport = start();
  await client.connect(transport);
  await ask("/asked");
  back = undefined;
  const call = async () => (await client.callTool({ name: "write", arguments: {} })).content[0].text;
  const outcome = await call()
    .catch(async (error) => {
      if (!back) throw error;
      await finish(transport);
      return call();
    })
    .catch((error) => error.message.split(": ").at(-1));
  console.log(`${name}, ${refresh}: ${await ask("/asked")}: ${outcome}`);
}

await run("1.x", "with-refresh");
await run("1.x", "without-refresh");
await run("2.x", "with-refresh");
process.exit(0);
JS
node server.mjs > port &
server=$!
until [ -s port ]; do sleep 0.2; done
URL="http://127.0.0.1:$(cat port)"
export URL
expected="1.x, with-refresh: refresh: Server returned 403 after trying upscoping
1.x, without-refresh: browser for read write: written
2.x, with-refresh: browser for read write: written"
seen="$(node client.mjs 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

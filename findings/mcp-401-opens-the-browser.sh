#!/usr/bin/env bash
# mcp 2.3.0 (Python). An access token that ends before its time (it was revoked, or the server lost it) makes the client open
# the browser, although it holds a refresh token that is good: it refreshes by its own clock only, never after a 401.
#
# Seen on 29 November 2026, CPython 3.11. What the server is asked, besides the tool:
#   at the login: browser authorization_code
#   after the access token has ended: browser authorization_code
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0

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
cat > client.py <<'PY'
import asyncio, os, urllib.request
from urllib.parse import parse_qsl, urlsplit
import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

URL = os.environ["URL"]

class Kept:
    tokens = client = None
    async def get_tokens(self): return self.tokens
    async def set_tokens(self, tokens): self.tokens = tokens
    async def get_client_info(self): return self.client
    async def set_client_info(self, client): self.client = client

def ask(path):
    with urllib.request.urlopen(URL + path) as answer:
        return answer.read().decode()

async def main():
    back = {}
    async def browse(url):
        async with httpx2.AsyncClient() as browser:
            back.update(parse_qsl(urlsplit((await browser.get(url)).headers["location"]).query))
    async def come_back(): return AuthorizationCodeResult(**back)
    metadata = OAuthClientMetadata(client_name="echo", redirect_uris=["http://127.0.0.1:9999/callback"])
    auth = OAuthClientProvider(URL + "/mcp", metadata, Kept(), browse, come_back)
    async with httpx2.AsyncClient(auth=auth) as http:
        async with Client(streamable_http_client(URL + "/mcp", http_client=http), mode="legacy") as client:
            await client.call_tool("echo", {})
            print("at the login:", ask("/asked"))
            ask("/end")
            await client.call_tool("echo", {})
            print("after the access token has ended:", ask("/asked"))

asyncio.run(main())
PY
expected='at the login: browser authorization_code
after the access token has ended: browser authorization_code'
seen="$(venv/bin/python client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

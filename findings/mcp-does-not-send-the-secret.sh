#!/usr/bin/env bash
# mcp 2.3.0 (Python). A client that was registered by hand, with an id and a secret, never sends the secret unless
# token_endpoint_auth_method is named too: the default of RFC 7591, client_secret_basic, is not used, nor is the list that the
# authorization server publishes. The user agrees in the browser, and then the login fails as that of an unknown client.
#
# Seen on 29 November 2026, CPython 3.11. What the token endpoint gets, and what becomes of the login:
#   no method named: no secret, OAuthTokenError
#   client_secret_basic named: secret, 1 tool
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0

# An MCP server with one tool and an authorization server that knows one client and its secret.
cat > server.mjs <<'JS'
import { createServer } from "node:http";

const asked = [];
const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  const base = `http://${request.headers.host}`;
  const url = new URL(request.url, base);
  const json = (value, status = 200, headers = {}) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));
  if (url.pathname === "/asked") return response.end(asked.splice(0).join(", "));
  if (url.pathname.startsWith("/.well-known/oauth-protected-resource"))
    return json({ resource: `${base}/mcp`, authorization_servers: [base] });
  if (url.pathname.startsWith("/.well-known/oauth-authorization-server"))
    return json({
      issuer: base, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token`, response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"], token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    });
  if (url.pathname === "/authorize") {
    const back = new URL(url.searchParams.get("redirect_uri"));
    back.search = new URLSearchParams({ code: "code", state: url.searchParams.get("state") ?? "", iss: base });
    return response.writeHead(302, { Location: back.href }).end();
  }
  if (url.pathname === "/token") {
    const basic = request.headers.authorization === `Basic ${btoa("shop:secret")}`;
    asked.push(basic ? "secret" : "no secret");
    return basic ? json({ access_token: "token", token_type: "Bearer", expires_in: 3600 }) : json({ error: "invalid_client" }, 401);
  }
  if (url.pathname !== "/mcp") return json({}, 404);
  if (request.headers.authorization !== "Bearer token")
    return json({}, 401, { "WWW-Authenticate": `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"` });
  if (request.method !== "POST") return json({}, 405);
  const { id, method } = JSON.parse(text);
  if (id === undefined) return response.writeHead(202).end();
  const results = {
    initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "echo", version: "1" } },
    "tools/list": { tools: [{ name: "echo", inputSchema: { type: "object", properties: {} } }] },
  };
  if (!results[method]) return json({ jsonrpc: "2.0", id, error: { code: -32601, message: "unknown method" } });
  json({ jsonrpc: "2.0", id, result: results[method] });
}).listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > client.py <<'PY'
import asyncio, os, urllib.request
from urllib.parse import parse_qsl, urlsplit
import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata

URL = os.environ["URL"]
BACK = "http://127.0.0.1:9999/callback"

class Kept:
    tokens = None
    def __init__(self, client): self.client = client
    async def get_tokens(self): return self.tokens
    async def set_tokens(self, tokens): self.tokens = tokens
    async def get_client_info(self): return self.client
    async def set_client_info(self, client): self.client = client

def ask():
    with urllib.request.urlopen(URL + "/asked") as answer:
        return answer.read().decode()

def reasons(error):
    inner = getattr(error, "exceptions", None)
    return [reason for each in inner for reason in reasons(each)] if inner else [type(error).__name__]

async def login(label, **method):
    back = {}
    async def browse(url):
        async with httpx2.AsyncClient() as browser:
            back.update(parse_qsl(urlsplit((await browser.get(url)).headers["location"]).query))
    async def come_back(): return AuthorizationCodeResult(**back)
    known = OAuthClientInformationFull(client_id="shop", client_secret="secret", redirect_uris=[BACK], issuer=URL, **method)
    metadata = OAuthClientMetadata(client_name="shop", redirect_uris=[BACK], **method)
    auth = OAuthClientProvider(URL + "/mcp", metadata, Kept(known), browse, come_back)
    try:
        async with httpx2.AsyncClient(auth=auth) as http:
            async with Client(streamable_http_client(URL + "/mcp", http_client=http), mode="legacy") as client:
                outcome = f"{len((await client.list_tools()).tools)} tool"
    except Exception as error:
        outcome = reasons(error)[0]
    print(f"{label}: {ask()}, {outcome}")

async def main():
    await login("no method named")
    await login("client_secret_basic named", token_endpoint_auth_method="client_secret_basic")

asyncio.run(main())
PY
node server.mjs > port &
server=$!
until [ -s port ]; do sleep 0.2; done
URL="http://127.0.0.1:$(cat port)"
export URL
expected="no method named: no secret, OAuthTokenError
client_secret_basic named: secret, 1 tool"
seen="$(venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

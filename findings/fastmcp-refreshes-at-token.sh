#!/usr/bin/env bash
# fastmcp 4.1.6 with mcp 2.3.0 (Python). A login that was kept in a store is refreshed at /token after a restart, whatever the
# metadata of the authorization server says: they are not read again. Where the token endpoint has another path, the refresh
# meets a 404 and the browser opens, at each start. Without a restart the same refresh goes to the right place.
#
# Seen on 29 November 2026, CPython 3.11. The token endpoint is /oauth/token:
#   at the login: browser, /oauth/token authorization_code
#   when the token is over: /oauth/token refresh_token
#   the same after a restart: /token refresh_token, browser, /oauth/token authorization_code
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fastmcp==4.1.6 mcp==2.3.0

# An MCP server with one tool and an authorization server that agrees to everything. Its tokens last two seconds.
cat > server.mjs <<'JS'
import { createServer } from "node:http";
import { randomUUID as any } from "node:crypto";

const refresh = new Set(), access = new Map();
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
      issuer: base, authorization_endpoint: `${base}/oauth/authorize`, token_endpoint: `${base}/oauth/token`,
      registration_endpoint: `${base}/oauth/register`, response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"], token_endpoint_auth_methods_supported: ["none"],
    });
  if (url.pathname === "/oauth/register") return json({ ...JSON.parse(text), client_id: any(), token_endpoint_auth_method: "none" }, 201);
  if (url.pathname === "/oauth/authorize") {
    if (request.headers["user-agent"]?.startsWith("Python-urllib")) asked.push("browser");
    const back = new URL(url.searchParams.get("redirect_uri"));
    back.search = new URLSearchParams({ code: any(), state: url.searchParams.get("state") ?? "", iss: base });
    return response.writeHead(302, { Location: back.href }).end();
  }
  if (request.method === "POST" && url.pathname !== "/mcp") asked.push(`${url.pathname} ${new URLSearchParams(text).get("grant_type")}`);
  if (url.pathname === "/oauth/token") {
    const form = new URLSearchParams(text);
    if (form.get("grant_type") === "refresh_token" && !refresh.delete(form.get("refresh_token"))) return json({ error: "invalid_grant" }, 400);
    const [token, next] = [any(), any()];
    access.set(token, Date.now() + 2000), refresh.add(next);
    return json({ access_token: token, refresh_token: next, token_type: "Bearer", expires_in: 2 });
  }
  if (url.pathname !== "/mcp") return json({}, 404);
  if (!(access.get(request.headers.authorization?.slice("Bearer ".length)) > Date.now()))
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
cat > client.py <<'PY'
import asyncio, os, threading, time, urllib.request, webbrowser
from fastmcp import Client
from fastmcp.client.auth import OAuth
from key_value.aio.stores.memory import MemoryStore

URL = os.environ["URL"]

def ask():
    with urllib.request.urlopen(URL + "/asked") as answer:
        return answer.read().decode()

def follow(url):
    time.sleep(1)  # The page of the callback is up a moment after the browser is opened.
    urllib.request.urlopen(url).close()

def browse(url, *_):
    threading.Thread(target=follow, args=(url,)).start()
    return True

webbrowser.open = browse

async def main():
    store = MemoryStore()  # Stands for one that outlives the program: only what it holds is used after the restart.
    async with Client(URL + "/mcp", auth=OAuth(token_storage=store)) as client:
        await client.call_tool("echo", {})
        print("at the login:", ask())
        await asyncio.sleep(3)
        await client.call_tool("echo", {})
        print("when the token is over:", ask())
        await asyncio.sleep(3)
    async with Client(URL + "/mcp", auth=OAuth(token_storage=store)) as client:
        await client.call_tool("echo", {})
        print("the same after a restart:", ask())

asyncio.run(main())
PY
node server.mjs > port &
server=$!
until [ -s port ]; do sleep 0.2; done
URL="http://127.0.0.1:$(cat port)"
export URL
expected="at the login: browser, /oauth/token authorization_code
when the token is over: /oauth/token refresh_token
the same after a restart: /token refresh_token, browser, /oauth/token authorization_code"
seen="$(venv/bin/python -W ignore client.py 2> log | grep -E "^(at|when|the same)")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

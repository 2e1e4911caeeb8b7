#!/usr/bin/env bash
# mcporter 0.12.3 (npm). Every command listens on another port, finds that the redirect address of its registration has
# changed, and forgets the registration. So a login can be refreshed once: when the access token ends a second time, it
# registers a new client, shows that client's name with the old refresh token, which a server has to refuse, and opens the
# browser. With "oauthRedirectUrl" in its configuration it keeps its registration.
#
# Seen on 29 November 2026, Node 20. What the server is asked at each command after the login:
#   any port: refresh_token | register refresh_token browser authorization_code
#   oauthRedirectUrl: refresh_token | refresh_token
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
npm install --prefix . --silent --no-audit --no-fund mcporter@0.12.3

# An MCP server with one tool and an authorization server that agrees to everything. Access tokens live for 65 seconds; mcporter refreshes 60 seconds before the end.
cat > server.mjs <<'JS'
import { createServer } from "node:http";
import { randomUUID as any } from "node:crypto";

const clients = new Set(), refresh = new Map(), access = new Map(), codes = new Map();
let asked = [];
const server = createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  const base = `http://${request.headers.host}`;
  const url = new URL(request.url, base);
  const json = (value, status = 200, headers = {}) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));
  const give = (client) => {
    const [token, next] = [any(), any()];
    access.set(token, Date.now() + 65_000), refresh.set(next, client);
    json({ access_token: token, refresh_token: next, token_type: "Bearer", expires_in: 65 });
  };
  if (url.pathname === "/asked") return response.end(asked.splice(0).join(" "));
  if (url.pathname.startsWith("/.well-known/oauth-protected-resource"))
    return json({ resource: `${base}/mcp`, authorization_servers: [base] });
  if (url.pathname.startsWith("/.well-known/oauth-authorization-server"))
    return json({
      issuer: base, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token`, registration_endpoint: `${base}/register`,
      response_types_supported: ["code"], code_challenge_methods_supported: ["S256"], token_endpoint_auth_methods_supported: ["none"],
    });
  if (url.pathname === "/register") {
    asked.push("register");
    const client_id = any();
    clients.add(client_id);
    return json({ ...JSON.parse(text), client_id }, 201);
  }
  if (url.pathname === "/authorize") {
    asked.push("browser");
    const code = any();
    codes.set(code, url.searchParams.get("client_id"));
    const back = new URL(url.searchParams.get("redirect_uri"));
    back.search = new URLSearchParams({ code, state: url.searchParams.get("state"), iss: base });
    return response.writeHead(302, { Location: back.href }).end();
  }
  if (url.pathname === "/token") {
    const form = new URLSearchParams(text);
    const [kind, client] = [form.get("grant_type"), form.get("client_id")];
    asked.push(kind);
    if (kind === "authorization_code" && codes.get(form.get("code")) === client) return give(client);
    if (kind === "refresh_token" && refresh.get(form.get("refresh_token")) === client) return give(client);
    return json({ error: "invalid_grant" }, 400);
  }
  if (url.pathname !== "/mcp") return json({}, 404);
  if (!(access.get(request.headers.authorization?.slice("Bearer ".length)) > Date.now()))
    return json({}, 401, { "WWW-Authenticate": `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"` });
  if (request.method !== "POST") return json({}, 405);
  const { id, method } = JSON.parse(text);
  if (id === undefined) return response.writeHead(202).end();
  const tool = { name: "echo", inputSchema: { type: "object", properties: {} } };
  const results = {
    initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "echo", version: "1" } },
    "tools/list": { tools: [tool] },
    "tools/call": { content: [{ type: "text", text: "{}" }] },
  };
  json({ jsonrpc: "2.0", id, result: results[method] ?? {} });
}).listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
# The browser of a person who agrees.
mkdir bin
cat >bin/xdg-open <<'SH'
#!/bin/sh
(sleep 1; curl -sSL "$1") >/dev/null 2>&1 </dev/null &
SH
chmod +x bin/xdg-open
ln -s xdg-open bin/open
export PATH="$work/bin:$PATH" HOME="$work/home" BROWSER="$work/bin/xdg-open"

node server.mjs >port &
server=$!
until [ -s port ]; do sleep 0.1; done
url="http://127.0.0.1:$(cat port)"

# story NAME CONFIGURATION: logs in, calls when it is time to refresh, and again when that token has ended. Takes a minute.
story() {
    mkdir -p "$HOME/config"
    rm -rf "$HOME/.mcporter"
    echo "{\"mcpServers\":{\"echo\":{\"baseUrl\":\"$url/mcp\",\"auth\":\"oauth\"$2}}}" >"$HOME/config/mcporter.json"
    (
        cd "$HOME"
        "$work/node_modules/.bin/mcporter" auth echo
    ) >log 2>&1
    curl -sS "$url/asked" >/dev/null
    local told=""
    for _ in 1 2; do
        sleep 16
        (
            cd "$HOME"
            "$work/node_modules/.bin/mcporter" call echo.echo
        ) >>log 2>&1
        told="$told${told:+ | }$(curl -sS "$url/asked")"
    done
    echo "$1: $told"
}

expected='any port: refresh_token | register refresh_token browser authorization_code
oauthRedirectUrl: refresh_token | refresh_token'
free="$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')"
seen="$(
    story "any port" ""
    story "oauthRedirectUrl" ",\"oauthRedirectUrl\":\"http://127.0.0.1:$free/callback\""
)" || {
    cat log >&2
    exit 1
}
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

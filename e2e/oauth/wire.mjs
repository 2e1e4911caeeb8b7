// What stands between a client and the server while a story is told: it hands everything on as it is, so that the server
// takes its own address for this one, and writes down what the steps of a sign-in are judged by.
//
// For clients that go by their own clock it tells them a shorter life of an access token than the server gave.

import { once } from "node:events";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";

export class Wire {
  #server;
  #target;
  #told;
  #tokens = new Map();
  /** One entry per request, in the order of the answers. */
  seen = [];

  /** `told`: how many seconds a client is told that an access token lives; without it what the server says. */
  static async open(target, { told } = {}) {
    const wire = new Wire();
    wire.#target = new URL(target);
    wire.#told = told;
    wire.#server = http.createServer((request, response) => wire.#pass(request, response));
    wire.#server.listen(0, "127.0.0.1");
    await once(wire.#server, "listening");
    return wire;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const { hostname, port } = this.#target;
    const forward = http.request({ hostname, port, method: request.method, path: request.url, headers: request.headers });
    forward.on("error", (error) => response.headersSent ? response.destroy() : response.writeHead(502).end(String(error)));
    response.on("close", () => forward.destroy());
    forward.on("response", async (answer) => {
      const whole = [];
      const token = request.url.startsWith("/token");
      if (!token) response.writeHead(answer.statusCode, answer.rawHeaders);
      try {
        for await (const part of answer) {
          whole.push(part);
          if (!token) response.write(part);
        }
      } catch {
        return response.destroy();
      }
      const exchange = new Exchange(request, body, answer, Buffer.concat(whole));
      this.#note(exchange);
      if (token) this.#answerToken(exchange, answer, response);
      else response.end();
    });
    forward.end(body);
  }

  #note(exchange) {
    this.seen.push(exchange);
    const { access_token: access } = exchange.path === "/token" && exchange.status === 200 ? exchange.json() : {};
    if (access) this.#tokens.set(access, exchange.form().get("client_id") ?? "");
  }

  #answerToken(exchange, answer, response) {
    let text = exchange.answer;
    if (this.#told !== undefined && exchange.status === 200) text = JSON.stringify({ ...exchange.json(), expires_in: this.#told });
    const headers = { ...answer.headers, "content-length": Buffer.byteLength(text) };
    for (const name of ["content-encoding", "transfer-encoding"]) delete headers[name];
    response.writeHead(answer.statusCode, headers).end(text);
  }

  /** Ends every access token that was given out, and nothing else; then lets the told time pass. */
  async expire(wait = 0) {
    const ended = [...this.#tokens];
    if (ended.length === 0) throw new Error("no access token was given out yet");
    for (const [token, client_id] of ended) {
      const form = new URLSearchParams({ token, token_type_hint: "access_token", client_id });
      const revoked = await fetch(`${this.origin}/revoke`, { method: "POST", body: form });
      if (revoked.status !== 200) throw new Error(`/revoke answered ${revoked.status}: ${await revoked.text()}`);
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
      const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
      const refused = await fetch(`${this.origin}/mcp`, { method: "POST", headers, body: ping });
      if (refused.status !== 401) throw new Error(`a revoked access token was answered with ${refused.status}`);
      this.#tokens.delete(token);
    }
    this.seen.push({ mark: "expired" });
    await sleep(wait * 1000);
  }
}

class Exchange {
  constructor(request, body, answer, whole) {
    this.method = request.method;
    this.url = request.url;
    this.path = request.url.split("?")[0];
    this.bearer = request.headers.authorization?.replace(/^Bearer /i, "");
    this.body = body.toString();
    this.status = answer.statusCode;
    this.location = answer.headers.location;
    this.answer = (answer.headers["content-encoding"] === "gzip" ? gunzipSync(whole) : whole).toString();
  }

  form() {
    return new URLSearchParams(this.body);
  }

  /** The answer as JSON, also when it came as the one event of a stream. */
  json() {
    try {
      const event = this.answer.split("\n").find((line) => line.startsWith("data: {"));
      return JSON.parse(event?.slice("data: ".length) ?? this.answer);
    } catch {
      return {};
    }
  }

  /** The JSON-RPC request, or nothing. */
  rpc() {
    try {
      return JSON.parse(this.body);
    } catch {
      return {};
    }
  }

  /** The name of the tool whose call was answered well. */
  called() {
    const { method, params } = this.rpc();
    const { result } = this.json();
    const well = this.status === 200 && result && !result.isError && result.structuredContent?.status === "success";
    return method === "tools/call" && well ? params.name : undefined;
  }
}

/** The steps of a story as they were seen on the wire: step -> what was seen, or nothing. */
export function steps(seen) {
  const at = seen.findIndex((one) => one.mark === "expired");
  const [before, after] = at < 0 ? [seen, []] : [seen.slice(0, at), seen.slice(at + 1)];
  const approvals = (part) => part.filter((one) => one.path === "/authorize" && one.method === "POST" && /[?&]code=/.test(one.location ?? ""));
  const granted = (part, type) => part.filter((one) => one.path === "/token" && one.status === 200 && one.form().get("grant_type") === type);
  const registered = (part) => part.filter((one) => one.path === "/register" && one.status === 201);
  const tools = (part) => new Set(part.map((one) => one.called?.()).filter(Boolean));
  const documents = (name) => before.filter((one) => one.path.startsWith(`/.well-known/${name}`) && one.status === 200);
  const found = documents("oauth-protected-resource").length > 0 && documents("oauth-authorization-server").length > 0;
  const listed = before.some((one) => one.rpc().method === "tools/list" && one.json().result?.tools?.length > 0);
  const first = tools(before);
  const again = tools(after);
  const refused = after.some((one) => one.path === "/mcp" && one.status === 401 && one.bearer);
  const words = (count, one) => (count > 1 ? `${count} ${one}s` : "yes");
  return {
    discovered: found && "yes",
    registered: registered(before).length > 0 && words(registered(before).length, "client"),
    approved: approvals(before).length > 0 && granted(before, "authorization_code").length > 0 && words(approvals(before).length, "time"),
    called: listed && first.has("stores_list") && first.has("orders_list") && "yes",
    expired: at >= 0 && (refused ? "401" : "clock"),
    refreshed: granted(after, "refresh_token").length > 0 && words(granted(after, "refresh_token").length, "time"),
    again: again.has("orders_list") && (approvals(after).length > 0 ? "browser" : "silent"),
  };
}

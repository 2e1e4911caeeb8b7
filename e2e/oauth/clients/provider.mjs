// What a program brings along that signs in with a TypeScript library: a place for what is remembered, and a browser. The
// redirect address belongs to nobody: the person's browser prints where it was sent.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const [command, ...args] = JSON.parse(process.env.E2E_PERSON);

export const url = process.env.E2E_URL;

export class Provider {
  #kept = {};
  /** The parameters that came back from the browser, until they are used. */
  answer;

  get redirectUrl() {
    return "http://localhost:8090/callback";
  }

  get clientMetadata() {
    return {
      client_name: process.env.E2E_CLIENT,
      redirect_uris: [this.redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    };
  }

  state() {
    return (this.#kept.state ??= crypto.randomUUID());
  }

  storedState() {
    return this.#kept.state;
  }

  saveState(state) {
    this.#kept.state = state;
  }

  clientInformation() {
    return this.#kept.client;
  }

  saveClientInformation(client) {
    this.#kept.client = client;
  }

  isClientInformationDynamicallyRegistered() {
    return true;
  }

  authorizationServerInformation() {
    return this.#kept.server;
  }

  saveAuthorizationServerInformation(server) {
    this.#kept.server = server;
  }

  tokens() {
    return this.#kept.tokens;
  }

  saveTokens(tokens) {
    this.#kept.tokens = tokens;
  }

  saveCodeVerifier(verifier) {
    this.#kept.verifier = verifier;
  }

  codeVerifier() {
    return this.#kept.verifier;
  }

  invalidateCredentials(scope) {
    if (["all", "client"].includes(scope)) delete this.#kept.client;
    if (["all", "tokens"].includes(scope)) delete this.#kept.tokens;
  }

  async redirectToAuthorization(address) {
    const { stdout } = await promisify(execFile)(command, [...args, String(address)]);
    this.answer = new URL(stdout.trim()).searchParams;
    if (this.answer.get("state") !== this.#kept.state) throw new Error("the state did not come back");
  }
}

/** Tells the runner to let the access token expire, and waits until it has. */
export async function expire() {
  const response = await fetch(process.env.E2E_EXPIRE, { method: "POST" });
  if (!response.ok) throw new Error(await response.text());
}

/** The story: `call` answers a tool's result. */
export async function story(list, call) {
  const names = await list();
  if (!names.includes("orders_list")) throw new Error(`orders_list is not listed: ${names}`);
  await well(call, "stores_list", {});
  const orders = { store: process.env.E2E_STORE, limit: 2 };
  await well(call, "orders_list", orders);
  await expire();
  await well(call, "orders_list", orders);
}

async function well(call, name, args) {
  const result = await call(name, args);
  if (result.isError || result.structuredContent?.status !== "success") throw new Error(`${name}: ${JSON.stringify(result)}`);
}

// The program by itself: its size, start and memory, the first reply, one order's change, and how tenants are found.

import { stat } from "node:fs/promises";
import { program } from "../e2e/lib.mjs";
import * as bench from "./lib.mjs";

const { call, createTenants, createTokens, print, resident, rpc, serve, served, settings, spread, timed } = bench;

const STARTS = 20;
const CALLS = 1_000;
const CHANGES = 200;
const FIRST_SIGN_INS = 50;
const TENANTS = 10_000;
const TOKENS = 100_000;

export async function measureProgram() {
  print("program", `${((await stat(program)).size / 1e6).toFixed(1)} MB`);

  const one = settings("one.db");
  const [key] = await createTenants(one, 1);
  const starts = [];
  for (let round = 0; round < STARTS; round += 1) {
    const server = await serve(one);
    starts.push(server.ready);
    await server.stop();
  }
  print("start to ready", spread(starts));

  await served(one, async (server) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    print("idle memory", `${(await resident(server.pid)).toFixed(1)} MB`);
    const list = await rpc(server.port, key, "tools/list");
    const { tools } = JSON.parse(list.body).result;
    print("tools/list", `${list.body.length} bytes, ${tools.length} tools`);
  });

  print("order change, last read to upload", spread(await windows()));

  console.log();
  await lookups("1 tenant", one, [key]);
  const many = settings("many.db");
  const keys = await createTenants(many, TENANTS);
  await lookups("10,000 tenants", many, keys);
  const [token] = await createTokens(one, key, 1);
  await lookups("1 token", one, [token]);
  await lookups("100,000 tokens, 10,000 tenants", many, await createTokens(many, keys[0], TOKENS));

  const usual = settings("usual.db", "12");
  const [usualKey] = await createTenants(usual, 1);
  await served(usual, async ({ port }) => {
    print("first sign-in at the default BCRYPT_COST of 12", spread([await timed(() => signIn(port, usualKey))]));
  });
}

/** Changes one order again and again; answers for each change the milliseconds from the last read to the upload. */
async function windows() {
  const { simulator, control, env, key } = await bench.furnished("orders.db");
  try {
    await served(env, async ({ port }) => {
      const { orders } = await call(port, key, "orders_list", { limit: 1 });
      for (let change = 0; change < CHANGES; change += 1) {
        const mutation = { shipping: { city: `City ${change}` } };
        await call(port, key, "orders_mutate_full", { order_id: orders[0].id, mutation });
      }
    });
    const { requests } = await (await fetch(`${control}/requests`)).json();
    const uploads = requests.flatMap(({ method }, at) => (method === "PUT" ? [at] : []));
    return uploads.map((at) => requests[at].received_at - requests[at - 1].replied_at);
  } finally {
    await simulator.stop();
  }
}

/** Three ways through authentication. A key's first sign-in costs one bcrypt, so each can be measured once per start. */
async function lookups(label, env, keys) {
  const first = [];
  if (keys.length === 1) {
    for (let round = 0; round < FIRST_SIGN_INS / 5; round += 1) {
      await served(env, async ({ port }) => {
        await refused(port, unknownKey(round));
        first.push(await timed(() => signIn(port, keys[0])));
      });
    }
  }
  await served(env, async ({ port }) => {
    await refused(port, unknownKey(0));
    if (keys.length > 1) {
      const step = Math.floor(keys.length / FIRST_SIGN_INS);
      for (let at = 0; at < keys.length; at += step) first.push(await timed(() => signIn(port, keys[at])));
    }
    await signIn(port, keys[0]);
    const known = [];
    for (let call = 0; call < CALLS; call += 1) known.push(await timed(() => signIn(port, keys[0])));
    const wrong = [];
    for (let call = 0; call < CALLS; call += 1) {
      const stranger = unknownKey(call + 1);
      wrong.push(await timed(() => refused(port, stranger)));
    }
    print(`${label}: wrong key or token`, spread(wrong));
    print(`${label}: seen before`, spread(known));
    print(`${label}: seen for the first time (BCRYPT_COST=${bench.CHEAP})`, spread(first));
  });
}

async function signIn(port, key) {
  const { status, body } = await rpc(port, key, "ping");
  if (status !== 200) throw new Error(`signing in was answered with ${status}: ${body}`);
}

async function refused(port, key) {
  const { status } = await rpc(port, key, "ping");
  if (status !== 401) throw new Error(`an unknown key was answered with ${status}`);
}

function unknownKey(number) {
  return `a key that nobody was given ${number}`.replaceAll(" ", "-");
}

// What sharing costs: cached reads of one process that keeps its answers itself, against three replicas that keep them in Redis,
// in turns; and what Redis adds to one read. Processor time is that of the replicas, and told once more with Redis's own. The
// replicas have one worker each: with as many as there are processors they would be in each other's way on the one machine.

import { program, run } from "../e2e/lib.mjs";
import * as bench from "./lib.mjs";
import { load, post } from "./load.mjs";
import { postgres, redis } from "./soak/servers.mjs";

const { call, print, processorTime, rpc, serve } = bench;

const REPLICAS = 3;
/** In all, so that both are asked for as much at once: few, and as many that nobody waits for work. */
const CONNECTIONS = [24, 72];
const ROUNDS = 5;
const SECONDS = 3;

export async function measureReplicas() {
  const [database, cache] = [await postgres(), await redis()];
  const more = { DATABASE_URL: database.url, CACHE_TTL_ORDERS: "3600" };
  await run(program, ["migrate"], { env: { ...bench.settings("none"), ...more }, cwd: bench.folder });
  const house = await bench.furnished("none", more);
  const { env } = house;
  const alone = await serve({ ...env, CACHE_BACKEND: "memory" });
  const shared = { ...env, REDIS_URL: cache.url, TOKIO_WORKER_THREADS: "1" };
  const three = await Promise.all(Array.from({ length: REPLICAS }, () => serve(shared)));
  try {
    const { orders } = await call(alone.port, house.key, "orders_list", { limit: 1 });
    const read = post("tools/call", { name: "orders_get", arguments: { order_id: orders[0].id } });
    const { params } = JSON.parse(read.body);
    for (const { port } of [alone, ...three]) {
      await rpc(port, house.key, "tools/call", params);
      await rpc(port, house.key, "tools/call", params);
    }
    for (const connections of CONNECTIONS) {
      const [one, many] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        one.push(await weighed([alone], cache.pid, house.key, read, connections));
        many.push(await weighed(three, cache.pid, house.key, read, connections));
      }
      print(`${connections} connections`, "");
      told("  one process, its own cache", one);
      told(`  ${REPLICAS} replicas, one Redis`, many);
      const ratio = (way) => (middle(many, way) / middle(one, way)).toFixed(2);
      print("  per second of the replicas' processor time", `${ratio((run) => run.perProcessor)} times as many`);
      print("  the same with Redis's processor time", `${ratio((run) => run.perAll)} times as many`);
    }
    const medians = async (server) => {
      const rounds = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push((await weighed([server], cache.pid, house.key, read, 1)).p50_us);
      }
      return middle(rounds, (us) => us);
    };
    const [own, others] = [await medians(alone), await medians(three[0])];
    print("one connection, median, its own cache and Redis", `${own} us and ${others} us: ${others - own} us more`);
  } finally {
    await Promise.all([alone, ...three].map((server) => server.stop()));
    await house.simulator.stop();
    await cache.stop();
    await database.stop();
  }
}

/** Loads all of them at once, with as many connections in all. */
async function weighed(servers, redis, key, request, connections) {
  const spent = async () => {
    const times = await Promise.all([...servers.map(({ pid }) => pid), redis].map(processorTime));
    const of = (list) => list.reduce((sum, time) => sum + time, 0);
    return { replicas: of(times.slice(0, -1)), all: of(times) };
  };
  const before = await spent();
  const more = { connections: connections / servers.length, seconds: SECONDS };
  const runs = await Promise.all(servers.map(({ port }) => load(port, request, [key], more)));
  const after = await spent();
  const requests = runs.reduce((sum, run) => sum + run.requests, 0);
  return {
    p50_us: Math.max(...runs.map((run) => run.p50_us)),
    perSecond: runs.reduce((sum, run) => sum + run.per_second, 0),
    perProcessor: (requests * 1000) / (after.replicas - before.replicas),
    perAll: (requests * 1000) / (after.all - before.all),
  };
}

function told(name, rounds) {
  const n = (way) => Math.round(middle(rounds, way)).toLocaleString("en");
  print(name, `${n((run) => run.perSecond)}/s, ${n((run) => run.perProcessor)} a second of processor time`);
}

function middle(rounds, way) {
  return rounds.map(way).toSorted((a, b) => a - b)[Math.floor(rounds.length / 2)];
}

// What a service of several replicas stands on, each started, stopped and ended by force at will: PostgreSQL, Redis, the
// replicas, and a proxy that hands requests to them in turn.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, readdir } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { folder, freePort, serve } from "../lib.mjs";
import { environment, run } from "../../e2e/lib.mjs";

/** A server that ends with this process, and that may be ended and started again. */
class Server {
  #child;
  #command;
  #options;

  constructor(command, options = {}) {
    this.#command = command;
    this.#options = options;
  }

  start() {
    const [program, ...args] = this.#command;
    this.#child = spawn(program, args, { cwd: folder, env: environment(), stdio: "ignore", ...this.#options });
    process.once("exit", () => this.#child.kill("SIGKILL"));
  }

  get pid() {
    return this.#child.pid;
  }

  async end(signal) {
    const exit = once(this.#child, "exit");
    this.#child.kill(signal);
    await exit;
  }
}

/** PostgreSQL with a database of its own, behind a port of loopback. */
export async function postgres() {
  const programs = await programsOfPostgres();
  const data = path.join(folder, "postgres");
  const root = process.getuid() === 0;
  // It refuses to run as root.
  const as = root ? { uid: await idOf("-u"), gid: await idOf("-g") } : {};
  if (root) await chown(folder, as.uid, as.gid);
  const made = spawn(path.join(programs, "initdb"), ["--username=postgres", "--auth=trust", "--no-sync", "-D", data], {
    cwd: folder,
    stdio: "ignore",
    ...as,
  });
  const [code] = await once(made, "exit");
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  const port = await freePort();
  const options = { port, listen_addresses: "127.0.0.1", unix_socket_directories: folder, max_connections: 200 };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = new Server([path.join(programs, "postgres"), "-D", data, ...flags], as);
  const restart = async () => {
    await server.end("SIGINT");
    server.start();
  };
  server.start();
  const isReady = () => run(path.join(programs, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]);
  for (let tries = 1; ; tries += 1) {
    try {
      await isReady();
      break;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return { url, restart, stop: () => server.end("SIGINT") };
}

async function idOf(kind) {
  return Number((await run("id", [kind, "postgres"])).trim());
}

async function programsOfPostgres() {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (!newest) throw new Error("PostgreSQL is missing: install the package postgresql");
  return `/usr/lib/postgresql/${newest}/bin`;
}

/** Redis, which keeps nothing. */
export async function redis() {
  const port = await freePort();
  const flags = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder];
  const server = new Server(["redis-server", ...flags]);
  server.start();
  return { url: `redis://127.0.0.1:${port}/0`, pid: server.pid, start: () => server.start(), stop: () => server.end("SIGKILL") };
}

/** So many replicas, and a proxy that hands requests to them in turn; one that cannot be reached is passed over. */
export async function replicas(env, count) {
  const all = await Promise.all(Array.from({ length: count }, () => serve(env)));
  let next = 0;
  const proxy = http.createServer(async (request, response) => {
    const body = [];
    for await (const part of request) body.push(part);
    forward(request, Buffer.concat(body), response, (next += 1), count);
  });
  function forward(request, body, response, at, left) {
    const { port } = all[at % count];
    const { url: target, method, headers } = request;
    const call = http.request({ host: "127.0.0.1", port, path: target, method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    call.on("error", (error) => {
      if (error.code === "ECONNREFUSED" && left > 1) forward(request, body, response, at + 1, left - 1);
      else response.destroy();
    });
    call.end(body);
  }
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    all,
    port: proxy.address().port,
    /** Ends one by force, and starts it again after a while. */
    async kill(at, away) {
      process.kill(all[at].pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, away));
      all[at] = await serve(env);
    },
    async stop() {
      proxy.closeAllConnections();
      proxy.close();
      await Promise.all(all.map((replica) => replica.stop()));
    },
  };
}

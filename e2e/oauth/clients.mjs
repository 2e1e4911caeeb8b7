// The clients, and how each is made to go through the story. What a client cannot do is written down here, and a client that
// can do more, or less, than is written fails the run.
//
// Every one runs in a folder of its own that is its home, without a keychain, and with the person's browser as the only one.

import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { here as e2e } from "../lib.mjs";

const here = path.join(e2e, "oauth");
const PYTHON = process.env.E2E_PYTHON ?? path.join(e2e, ".venv", "bin", "python");
const module = (...parts) => path.join(e2e, "node_modules", ...parts);
const heavy = (...parts) => path.join(here, "node_modules", ...parts);
const driver = (name) => path.join(here, "clients", name);

const ORDERS = ({ store }) => JSON.stringify({ store, limit: 2 });

/**
 * name, version; `light`: runs in continuous integration too; `told`: the client goes by its own clock, so it is told that an
 * access token lives this many seconds, and `wait` is how long it takes until it believes that it is over; without them the
 * access token is revoked, and the client meets a 401. `again`: the call after that, "silent" or with the "browser" again.
 */
export const CLIENTS = [
  {
    name: "mcp (Python)",
    version: "2.3.0",
    light: true,
    told: 3,
    wait: 4,
    again: "silent",
    tell: ({ run }) => run(PYTHON, [driver("python_mcp.py")]),
  },
  {
    name: "fastmcp",
    version: "4.1.6",
    light: true,
    told: 3,
    wait: 4,
    again: "silent",
    tell: ({ run }) => run(PYTHON, [driver("fastmcp_client.py")]),
  },
  {
    name: "@modelcontextprotocol/sdk",
    version: "1.32.2",
    light: true,
    again: "silent",
    tell: ({ run }) => run(process.execPath, [driver("typescript.mjs"), "v1"]),
  },
  {
    name: "@modelcontextprotocol/client",
    version: "2.4.0",
    light: true,
    again: "silent",
    tell: ({ run }) => run(process.execPath, [driver("typescript.mjs"), "v2"]),
  },
  {
    name: "@ai-sdk/mcp",
    version: "2.0.99",
    light: true,
    again: "silent",
    tell: ({ run }) => run(process.execPath, [driver("ai_sdk.mjs")]),
  },
  {
    // It refreshes 60 s before the end; a 401 before that makes it register a new client and open the browser. Without a fixed
    // address of its own it forgets its registration at the next command, and cannot refresh a second time.
    name: "mcporter",
    version: "0.12.3",
    light: true,
    told: 62,
    wait: 3,
    again: "silent",
    async tell({ run, url, home, store, expire }) {
      await mkdir(path.join(home, "config"));
      const oauthRedirectUrl = `http://127.0.0.1:${await freePort()}/callback`;
      const servers = { orderdesk: { baseUrl: url, auth: "oauth", oauthRedirectUrl } };
      await writeFile(path.join(home, "config", "mcporter.json"), JSON.stringify({ mcpServers: servers }));
      const mcporter = (...args) => run(process.execPath, [module("mcporter", "dist", "cli.js"), ...args], { cwd: home });
      const call = (tool, args) => mcporter("call", `orderdesk.${tool}`, "--args", args, "--output", "json");
      await mcporter("auth", "orderdesk");
      await mcporter("list", "orderdesk");
      await call("stores_list", "{}");
      await call("orders_list", ORDERS({ store }));
      await expire();
      await call("orders_list", ORDERS({ store }));
    },
  },
  {
    name: "mcp-remote",
    version: "0.15.1",
    light: true,
    again: "silent",
    tell: ({ run, url }) =>
      run(process.execPath, [driver("stdio.mjs"), process.execPath, module("mcp-remote", "dist", "proxy.js"), url]),
  },
  {
    // Without a keychain it keeps tokens in memory alone, so that each command signs in anew.
    name: "Inspector (command line)",
    version: "2.12.0",
    light: true,
    again: "silent",
    async tell({ run, url, store, expire }) {
      const env = { MCP_AUTO_OPEN_ENABLED: "true", MCP_INSPECTOR_SECRET_STORE: "file" };
      const inspector = (...args) =>
        run(process.execPath, [module(".bin", "mcp-inspector"), "--cli", url, "--transport", "http", ...args], { env });
      const call = (tool, args) => inspector("--method", "tools/call", "--tool-name", tool, "--tool-args-json", args);
      await inspector("--method", "tools/list");
      await call("stores_list", "{}");
      await call("orders_list", ORDERS({ store }));
      await expire();
      await call("orders_list", ORDERS({ store }));
    },
  },
  {
    name: "codex",
    version: "0.169.0",
    again: "silent",
    tell: ({ run, home }) =>
      run(process.execPath, [driver("codex.mjs"), process.execPath, heavy("@openai", "codex", "bin", "codex.js")], { cwd: home }),
  },
  {
    // It refreshes 300 s before the end.
    name: "gemini-cli",
    version: "0.61.0",
    told: 308,
    wait: 9,
    again: "silent",
    tell: ({ run, home }) => run("python3", [driver("gemini.py"), process.execPath, heavy(".bin", "gemini")], { cwd: home }),
  },
  {
    name: "rmcp",
    version: "3.9.0",
    again: "silent",
    tell: ({ run }) => run(process.env.E2E_RMCP, []),
  },
];

/** A port that nobody listened at a moment ago. */
export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

// Codex: `codex mcp login`, then its application server, which calls tools for a program. `codex.mjs COMMAND ARGS...`
// No model is asked: its address leads nowhere.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { story, url } from "./provider.mjs";

const NOWHERE = "http://127.0.0.1:9";
const [, , command, ...args] = process.argv;
const home = process.env.HOME;

await mkdir(path.join(home, ".codex"));
await writeFile(
  path.join(home, ".codex", "config.toml"),
  `mcp_oauth_credentials_store = "file"
model = "nobody"
model_provider = "nobody"
check_for_update_on_startup = false
chatgpt_base_url = "${NOWHERE}/"

[analytics]
enabled = false

[model_providers.nobody]
name = "nobody"
base_url = "${NOWHERE}/v1"
wire_api = "responses"

[mcp_servers.orderdesk]
url = "${url}"
`,
);

const login = spawn(command, [...args, "mcp", "login", "orderdesk"], { stdio: ["ignore", "inherit", "inherit"] });
const [code] = await once(login, "exit");
if (code !== 0) throw new Error(`codex mcp login ended with ${code}`);

const server = spawn(command, [...args, "app-server"], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map();
let last = 0;
createInterface({ input: server.stdout }).on("line", (line) => {
  const { id, method, result, error } = JSON.parse(line);
  if (method || !waiting.has(id)) return;
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error) reject(new Error(JSON.stringify(error)));
  else resolve(result);
});
server.on("exit", () => waiting.forEach(({ reject }) => reject(new Error("codex app-server ended"))));

const clientInfo = { name: "orderdesk-mcp-e2e", title: "story", version: "1.0.0" };
await ask("initialize", { clientInfo, capabilities: { experimentalApi: true } });
send({ method: "initialized", params: {} });
const { thread } = await ask("thread/start", { cwd: home });
const list = async () => {
  const { data } = await ask("mcpServerStatus/list", {});
  return Object.keys(data.find(({ name }) => name === "orderdesk")?.tools ?? {});
};
await story(list, (tool, args) =>
  ask("mcpServer/tool/call", { threadId: thread.id, server: "orderdesk", tool, arguments: args }),
);
server.stdin.end();
await once(server, "exit");

function ask(method, params) {
  last += 1;
  const id = last;
  const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  send({ id, method, params });
  return answer;
}

function send(message) {
  server.stdin.write(`${JSON.stringify(message)}\n`);
}

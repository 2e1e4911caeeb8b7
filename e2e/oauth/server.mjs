// An installation as the commands make it, served over HTTP to clients that know nothing but its URL.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { environment, program, run, start } from "../lib.mjs";

/** A tenant with one store of the simulator, and `serve` on a free port: { url, master_key, store, env, stop }. */
export async function install(settings = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "orderdesk-oauth-server-"));
  const simulator = await start(["simulator", "--output", "json", "--port", "0"]);
  try {
    const [shop] = simulator.info.stores;
    const env = {
      ...environment(),
      HOME: folder,
      MCP_KMS_KEY: (await run(program, ["keygen"])).trim(),
      DATABASE_URL: `sqlite://${path.join(folder, "app.db")}`,
      ORDERDESK_API_BASE_URL: simulator.info.url,
      // One person signs in more often here than anybody would.
      WEBUI_RATE_LIMIT_LOGIN: "1000",
      ...settings,
    };
    const tenant = JSON.parse(await run(program, ["tenant", "create", "--output", "json"], { env, cwd: folder }));
    await run(program, ["store", "add", "--store-id", shop.store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"], {
      env: { ...env, MCP_MASTER_KEY: tenant.master_key, SHOP_API_KEY: shop.api_key },
      cwd: folder,
    });
    const served = await start(["serve", "--output", "json", "--port", "0"], { env, cwd: folder });
    const stop = async () => {
      await served.stop();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { url: served.info.url, master_key: tenant.master_key, store: shop.store_id, log: served.log, stop };
  } catch (error) {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

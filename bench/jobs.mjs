// What a merchant's sixteen jobs cost with the tools that answer questions, and without them: calls, bytes of requests and replies
// (which a model reads), and requests to Order Desk. Both ways are done on the same simulated shop, as an assistant would do them:
// without, by reading pages of 500 with no more fields than are needed. Prints a table; `--write` puts it into docs/insight.md.
//
//   node bench/jobs.mjs [--orders 6000] [--write]

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import * as bench from "./lib.mjs";
import { program, root, run, start } from "../e2e/lib.mjs";

const { values: flags } = parseArgs({
  options: { orders: { type: "string", default: "6000" }, write: { type: "boolean", default: false } },
});
const ORDERS = Number(flags.orders);
const HALF_A_YEAR = "2026-06-13";
const NOW = "2026-11-29T15:00:00Z";

/** A way to do a job: how often it called, what it sent and read, and what Order Desk was asked. */
class Way {
  #port;
  #key;
  #control;
  calls = 0;
  bytes = 0;

  constructor({ port, key, control }) {
    [this.#port, this.#key, this.#control] = [port, key, control];
  }

  async call(name, args) {
    const params = { name, arguments: args };
    const { body } = await bench.rpc(this.#port, this.#key, "tools/call", params);
    this.calls += 1;
    this.bytes += JSON.stringify(params).length + body.length;
    const envelope = JSON.parse(body).result?.structuredContent;
    if (!["success", "partial"].includes(envelope?.status)) throw new Error(`${name} ${JSON.stringify(args)}: ${body.slice(0, 2_000)}`);
    return envelope;
  }

  /** Every page of a list, or those until one has what is looked for. */
  async pages(name, args, isEnough = () => false) {
    const rows = [];
    let offset = 0;
    for (;;) {
      const envelope = await this.call(name, { limit: 500, fresh: true, ...args, offset });
      const page = envelope.data.orders ?? envelope.data.products;
      rows.push(...page);
      const next = envelope.pagination?.next_offset ?? envelope.page?.next_offset ?? envelope.data.next_offset;
      if (page.some(isEnough) || next === undefined || next === null) return rows;
      offset = next;
    }
  }

  async requests() {
    return (await (await fetch(`${this.#control}/requests`)).json()).requests.length;
  }
}

/** The shop: the newest, one of the middle and the oldest order, and the number of a parcel from about the middle. */
async function look(way) {
  const whole = async (args) => (await way.call("orders_list", { view: "full", limit: 1, ...args })).data.orders[0];
  const [newest, middle, oldest] = [await whole({}), await whole({ offset: ORDERS / 2 }), await whole({ offset: ORDERS - 1 })];
  const waiting = (await way.call("orders_list", { folder_name: "New", limit: 20, fields: ["source_id"] })).data.orders;
  const older = (await way.call("orders_list", { limit: 100, offset: ORDERS / 2, fields: ["order_shipments"] })).data.orders;
  const shipped = older.find((order) => order.order_shipments.length > 0);
  return { newest, middle, oldest, waiting, tracking: shipped.order_shipments[0].tracking_number };
}

/** The jobs: what is done without and with the tools that answer questions. Where one way is given, both are the same. */
function jobs(shop) {
  const since = { search_start_date: HALF_A_YEAR };
  const id = shop.middle.id;
  const get = (way, order = id) => way.call("orders_get", { order_id: order });
  const history = (way) =>
    way.call("orders_list", { source_id: shop.middle.source_id, view: "full", get_order_history: true, fresh: true });
  const explain = (way) => way.call("orders_explain", { order_id: id });
  const sales = (way, report) => way.call("orders_report", { report, from: HALF_A_YEAR });
  const items = (way) => way.pages("orders_list", { ...since, fields: ["date_added", "order_items"] });
  const rows = shop.waiting.map(({ source_id: number }, at) => ({ number, tracking: `1Z999AA1${String(at).padStart(10, "0")}` }));
  return [
    {
      job: "Morning triage by folder and age",
      kind: "search",
      without: (way) => way.pages("orders_list", { fields: ["folder_id", "date_added", "order_total"] }),
      with: (way) => way.call("orders_queue", {}),
    },
    { job: "Why an order failed", without: history, with: explain },
    { job: "Print data that is missing", without: history, with: explain },
    {
      job: "Fix an address before it is submitted",
      without: async (way) => {
        await get(way);
        await way.call("orders_mutate_full", { order_id: id, mutation: { shipping: { address2: "Unit 9" } }, dry_run: true });
      },
    },
    {
      job: "Find an order by its tracking number",
      kind: "search",
      without: (way) => {
        const has = (order) => order.order_shipments.some((shipment) => shipment.tracking_number === shop.tracking);
        return way.pages("orders_list", { fields: ["order_shipments"] }, has);
      },
      with: (way) => way.call("orders_find", { query: shop.tracking }),
    },
    {
      job: "Find an order by a street",
      kind: "search",
      without: (way) => way.pages("orders_list", { fields: ["shipping"] }, (order) => order.id === shop.oldest.id),
      with: (way) => way.call("orders_find", { query: `${shop.oldest.shipping.address1}` }),
    },
    {
      job: "Move many orders; send one again by moving it",
      without: async (way) => {
        const orders = await way.call("orders_list", { folder_name: "New", limit: 20, fields: ["source_id"] });
        const ids = orders.data.orders.map((order) => order.id);
        await way.call("orders_move_folder", { order_ids: ids, destination_folder_name: "Prepared", dry_run: true });
      },
    },
    {
      job: `Tracking numbers from a file (${rows.length} rows)`,
      without: async (way) => {
        const shipments = [];
        for (const { number, tracking } of rows) {
          const { data } = await way.call("orders_list", { source_id: number });
          shipments.push({ order_id: data.orders[0].id, tracking_number: tracking, carrier_code: "UPS" });
        }
        await way.call("shipments_batch_create", { shipments, dry_run: true });
      },
      with: (way) => {
        const lines = rows.map(({ number, tracking }) => `${number},${tracking},UPS\n`);
        return way.call("shipments_import", { rows: `Order,Tracking,Carrier\n${lines.join("")}`, accept_warnings: true, dry_run: true });
      },
    },
    {
      job: "Where is my order",
      without: async (way) => {
        await way.call("orders_list", { source_id: shop.middle.source_id });
        await history(way);
      },
      with: async (way) => {
        const { data } = await way.call("orders_find", { query: shop.middle.source_id });
        await way.call("orders_explain", { order_id: data.orders[0].id });
      },
    },
    {
      job: "Stock that runs out, and its pace",
      kind: "report",
      without: async (way) => {
        await way.pages("products_list", {});
        await way.pages("orders_list", { fields: ["date_added", "order_items", "order_shipments"] });
      },
      with: (way) => way.call("products_stock", {}),
    },
    {
      job: "Duplicates",
      kind: "search",
      without: (way) => way.pages("orders_list", { fields: ["email", "shipping", "source_name", "source_id", "order_items", "date_added"] }),
      with: (way) => way.call("orders_duplicates", { window_hours: 1 }),
    },
    { job: "Plan a split or a merge (only in Order Desk)", without: get, with: explain },
    {
      job: "Prepare a cancellation",
      without: async (way) => {
        await get(way);
        const note = [{ op: "add_note", content: "Customer cancels: refund by hand" }];
        await way.call("orders_mutate_full", { order_id: id, ops: note, dry_run: true });
      },
    },
    { job: "Units and sales by SKU", kind: "report", without: items, with: (way) => sales(way, "sales_by_sku") },
    {
      job: "Sales by month",
      kind: "report",
      without: (way) =>
        way.pages("orders_list", {
          ...since,
          fields: ["date_added", "folder_id", "order_total", "product_total", "shipping_total", "tax_total", "discount_total", "refund_total"],
        }),
      with: (way) => sales(way, "sales_by_month"),
    },
    {
      job: "Time to ship",
      kind: "report",
      without: (way) => way.pages("orders_list", { ...since, fields: ["date_added", "order_shipments"] }),
      with: (way) => sales(way, "time_to_ship"),
    },
    {
      job: "Notes, checkout data, hold",
      without: (way) => {
        const ops = [
          { op: "add_note", content: "Hold until Friday" },
          { op: "set_checkout_data", values: { Hold: "yes" } },
        ];
        return way.call("orders_mutate_full", { order_id: id, ops, dry_run: true });
      },
    },
    {
      job: "Replacement order",
      without: async (way) => {
        const { shipping, order_items: lines } = (await get(way)).data;
        const order = { shipping, order_items: lines.map(({ name, code, quantity }) => ({ name, code, quantity, price: 0 })) };
        await way.call("orders_create", { order, client_request_id: "replacement-of-one", dry_run: true });
      },
    },
  ];
}

/** A server of its own on a simulator; with Order Desk's rate limit or without. */
async function served(name, isLimited, body) {
  const args = ["simulator", "--port", "0", "--orders", String(ORDERS), "--now", NOW, "--output", "json"];
  const simulator = await start([...args, ...(isLimited ? [] : ["--no-rate-limit"])]);
  try {
    await on(simulator, name, isLimited, body);
  } finally {
    await simulator.stop();
  }
}

async function on(simulator, name, isLimited, body) {
  const { url, control_url: control, stores } = simulator.info;
  const budget = isLimited ? {} : { ORDERDESK_BUCKET_SIZE: "10000", ORDERDESK_REFILL_PER_SECOND: "10000" };
  // Every question asks what has changed: the dearer case is told.
  const env = { ...bench.settings(name), ...budget, ORDERDESK_API_BASE_URL: url, MIRROR_TTL: "0", REQUEST_TIMEOUT: "120" };
  const [key] = await bench.createTenants(env, 1);
  const add = ["store", "add", "--store-id", stores[0].store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"];
  await run(program, add, { env: { ...env, MCP_MASTER_KEY: key, SHOP_API_KEY: stores[0].api_key }, cwd: bench.folder });
  await bench.served(env, (server) => body({ port: server.port, key, control }));
}

async function measured(at, act) {
  const way = new Way(at);
  const [before, began] = [await way.requests(), performance.now()];
  await act(way);
  return {
    calls: way.calls,
    bytes: way.bytes,
    requests: (await way.requests()) - before,
    seconds: (performance.now() - began) / 1000,
  };
}

async function main() {
  const rows = [];
  let fill;
  const pair = {};
  try {
    await served("jobs.db", false, async (at) => {
      const shop = await look(new Way(at));
      for (const { job, kind, without } of jobs(shop)) rows.push({ job, kind, without: await measured(at, without) });
      fill = await measured(at, (way) => way.call("orders_queue", {}));
      for (const [number, { with: within }] of jobs(shop).entries()) {
        rows[number].with = within ? await measured(at, within) : rows[number].without;
      }
    });
    await served("pair.db", true, async (at) => {
      const find = (name) => jobs({ waiting: [], middle: {}, oldest: {} }).find(({ job }) => job === name);
      const { without, with: within } = find("Units and sales by SKU");
      pair.paging = await measured(at, without);
      // Both begin with a full bucket.
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      pair.first = await measured(at, within);
      pair.again = await measured(at, within);
    });
  } finally {
    await bench.cleanUp();
  }
  const text = `${table(rows, fill)}\n\n${sideBySide(pair)}`;
  console.log(text);
  const poor = rows.filter(({ kind, without, with: within }) => kind && without.bytes < 50 * within.bytes);
  for (const { job } of poor) console.log(`less than 50 times fewer bytes: ${job}`);
  if (flags.write) await write(text);
}

function sideBySide({ paging, first, again }) {
  const n = (number) => number.toLocaleString("en-US");
  const line = (name, { requests, seconds, bytes }) => `| ${name} | ${n(requests)} | ${seconds.toFixed(1)} | ${n(bytes)} |`;
  return [
    `| Units and sales by SKU of ${n(ORDERS)} orders, at Order Desk's rate limit | requests | seconds | bytes |`,
    "| --- | --: | --: | --: |",
    line("by pages of `orders_list`, each time", paging),
    line("by `orders_report`, which makes the copy", first),
    line("by `orders_report`, from then on", again),
  ].join("\n");
}

function table(rows, fill) {
  const n = (number) => number.toLocaleString("en-US");
  const cells = ({ calls, bytes, requests }) => [n(calls), n(requests), n(bytes)];
  const line = (parts) => `| ${parts.join(" | ")} |`;
  const lines = [
    line(["Job", "without: calls", "requests", "bytes", "with: calls", "requests", "bytes", "bytes"]),
    line(["---", ...Array(7).fill("--:")]),
    ...rows.map(({ job, without, with: within }) => {
      const fewer = without === within ? "the same" : `${n(Math.round((without.bytes / within.bytes) * 10) / 10)} times fewer`;
      return line([job, ...cells(without), ...cells(within), fewer]);
    }),
    line(["Making the copy, once", "", "", "", ...cells(fill), ""]),
  ];
  return lines.join("\n");
}

async function write(text) {
  const file = path.join(root, "docs", "insight.md");
  const page = await readFile(file, "utf8");
  const [begin, end] = ["<!-- jobs: written by node bench/jobs.mjs --write -->", "<!-- jobs end -->"];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${file} has no place for the table`);
  await writeFile(file, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}

await main();

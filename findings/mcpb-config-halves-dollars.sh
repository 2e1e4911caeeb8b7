#!/usr/bin/env bash
# @anthropic-ai/mcpb 2.1.2 (Node), getMcpConfigForManifest: what a host gets a bundle's command and environment from. A value
# that the user typed is read as a pattern of a replacement: of two dollar signs one is left, and of a dollar sign with an
# ampersand the name of the setting. A key that was pasted right is then refused as wrong, and the person pastes it again. Only
# a dollar sign that stands alone, and one in an argument that is nothing but the setting, stay.
#
# Seen on 29 November 2026, Node 20. What was typed, and what the server is started with:
#   shop$$2026 -> shop$2026
#   q$&a -> q${user_config.key}a
#   shop$2026 -> shop$2026
#   shop$$2026, as an argument of its own -> shop$$2026
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @anthropic-ai/mcpb@2.1.2

cat > client.mjs <<'JS'
import { getMcpConfigForManifest } from "@anthropic-ai/mcpb";

const manifest = {
  manifest_version: "0.3", name: "shop", version: "1.0.0", description: "A shop", author: { name: "Jane Doe" },
  server: {
    type: "node", entry_point: "server.js",
    mcp_config: { command: "node", args: ["server.js", "${user_config.key}"], env: { SHOP_KEY: "${user_config.key}" } },
  },
  user_config: { key: { type: "string", title: "Key", description: "The key of the shop", required: true, sensitive: true } },
};
const started = (key) =>
  getMcpConfigForManifest({ manifest, extensionPath: "/bundle", systemDirs: {}, userConfig: { key }, pathSeparator: "/" });
for (const typed of ["shop$$2026", "q$&a", "shop$2026"]) {
  const { env } = await started(typed);
  console.log(typed, "->", env.SHOP_KEY);
}
const { args } = await started("shop$$2026");
console.log("shop$$2026, as an argument of its own ->", args[1]);
JS
# shellcheck disable=SC2016 # the dollar signs are what this is about
expected='shop$$2026 -> shop$2026
q$&a -> q${user_config.key}a
shop$2026 -> shop$2026
shop$$2026, as an argument of its own -> shop$$2026'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

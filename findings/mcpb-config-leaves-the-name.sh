#!/usr/bin/env bash
# @anthropic-ai/mcpb 2.1.2 (Node), getMcpConfigForManifest: what a host gets a bundle's command and environment from. An
# optional setting that the user left alone is neither empty nor absent: the server is started with its name in dollars and
# braces. One that was emptied again is empty in the environment and its name among the arguments. So a server whose bundle has
# optional settings has to know such a name when it sees one, or the manifest gives each a default that is not empty.
#
# Seen on 29 November 2026, Node 20. The setting, the environment, the argument:
#   left alone: ${user_config.label} ${user_config.label}
#   emptied: (empty) ${user_config.label}
#   filled in: EU EU
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
    mcp_config: { command: "node", args: ["server.js", "${user_config.label}"], env: { LABEL: "${user_config.label}" } },
  },
  user_config: { label: { type: "string", title: "Label", description: "A label for the shop", required: false } },
};
const say = async (what, userConfig) => {
  const host = { manifest, extensionPath: "/bundle", systemDirs: {}, userConfig, pathSeparator: "/" };
  const { args, env } = await getMcpConfigForManifest(host);
  console.log(`${what}:`, env.LABEL || "(empty)", args[1] || "(empty)");
};
await say("left alone", {});
await say("emptied", { label: "" });
await say("filled in", { label: "EU" });
JS
# shellcheck disable=SC2016 # the dollar signs are what this is about
expected='left alone: ${user_config.label} ${user_config.label}
emptied: (empty) ${user_config.label}
filled in: EU EU'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# Packs the program into an MCP Bundle, which Claude Desktop installs by a double click.
#   scripts/mcpb.sh PROGRAM OUTPUT.mcpb [darwin|win32|linux]
# The bundle is for the platform that the program was built for; this machine's when none is named. Needs Node.
source "$(dirname "$0")/lib.sh"

[ $# -ge 2 ] || fail "usage: scripts/mcpb.sh PROGRAM OUTPUT.mcpb [darwin|win32|linux]"
program="$1" output="$2"
[ -f "$program" ] || fail "there is no program $program: build it first (make build)"
platform="${3:-$(node -p process.platform)}"
case "$platform" in
win32) name=orderdesk-mcp.exe ;;
darwin | linux) name=orderdesk-mcp ;;
*) fail "$platform is no platform of a bundle: darwin, win32 or linux" ;;
esac

need_packaging_node
bundle="$(mktemp -d)"
trap 'rm -rf "$bundle"' EXIT
mkdir "$bundle/server"
install -m 755 "$program" "$bundle/server/$name"
cp LICENSE "$bundle/LICENSE"
# One bundle is for one platform, and says so: a client refuses it elsewhere instead of failing to start it.
node - "$platform" "$name" <<'JS' >"$bundle/manifest.json"
const [platform, name] = process.argv.slice(2);
const manifest = JSON.parse(require("node:fs").readFileSync("deploy/mcpb/manifest.json", "utf8"));
manifest.server.entry_point = `server/${name}`;
manifest.server.mcp_config.command = "${__dirname}/server/" + name;
delete manifest.server.mcp_config.platform_overrides;
manifest.compatibility.platforms = [platform];
console.log(JSON.stringify(manifest, null, 2));
JS
mkdir -p "$(dirname "$output")"
scripts/packaging/node_modules/.bin/mcpb pack "$bundle" "$output" >/dev/null
say "$output"

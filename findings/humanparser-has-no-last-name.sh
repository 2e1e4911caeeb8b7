#!/usr/bin/env bash
# humanparser 2.7.0 (Node). The family name Ma is taken for an academic degree: the last name is empty, or the middle name
# becomes the last one. A buyer's full name that is split with it into the first and last name that a shop's interface wants
# is refused there, or wrong. ignoreSuffix: ["ma"] helps who knows.
#
# Seen on 29 November 2026, Node 20:
#   Jane Roe: first "Jane", last "Roe", suffix ""
#   Jane Ma: first "Jane", last "", suffix "Ma"
#   Jane Mei Ma: first "Jane", last "Mei", suffix "Ma"
#   Ma, Jane: first "Jane", last "", suffix "Ma"
#   Jane Ma, with ignoreSuffix: first "Jane", last "Ma", suffix ""
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . humanparser@2.7.0

cat > client.cjs <<'JS'
const { parseName } = require("humanparser");

const say = (label, { firstName = "", lastName = "", suffix = "" }) =>
  console.log(`${label}: first "${firstName}", last "${lastName}", suffix "${suffix}"`);
for (const name of ["Jane Roe", "Jane Ma", "Jane Mei Ma", "Ma, Jane"]) say(name, parseName(name));
say("Jane Ma, with ignoreSuffix", parseName("Jane Ma", { ignoreSuffix: ["ma"] }));
JS
expected='Jane Roe: first "Jane", last "Roe", suffix ""
Jane Ma: first "Jane", last "", suffix "Ma"
Jane Mei Ma: first "Jane", last "Mei", suffix "Ma"
Ma, Jane: first "Jane", last "", suffix "Ma"
Jane Ma, with ignoreSuffix: first "Jane", last "Ma", suffix ""'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

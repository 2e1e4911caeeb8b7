#!/usr/bin/env bash
# @fragaria/address-formatter 6.7.1 (Node). The state of an address is printed in some countries and dropped in others, among
# them those where the post wants it on the envelope: the province of an Italian place, and that of a Turkish one. Orders have
# one field for all of these, so a label made of them lacks it, and nothing says so. Italy's comes back when it is given once
# more as countyCode; Turkey's does not.
#
# Seen on 29 November 2026, Node 20:
#   US, IL: 5 Main Street | Springfield, IL 62701
#   IT, BG: Via Roma 5 | 24063 Castro
#   IT, BG, as countyCode too: Via Roma 5 | 24063 Castro BG
#   TR, Ankara: Atatürk Caddesi 5 | 06420 Çankaya
#   TR, Ankara, as countyCode too: Atatürk Caddesi 5 | 06420 Çankaya
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @fragaria/address-formatter@6.7.1

cat > client.mjs <<'JS'
import formatter from "@fragaria/address-formatter";

const say = (what, address) => console.log(`${what}:`, formatter.format(address, { output: "array" }).join(" | "));
const houseNumber = "5";
say("US, IL", { houseNumber, road: "Main Street", city: "Springfield", state: "IL", postcode: "62701", countryCode: "US" });
for (const address of [
  { houseNumber, road: "Via Roma", city: "Castro", state: "BG", postcode: "24063", countryCode: "IT" },
  { houseNumber, road: "Atatürk Caddesi", city: "Çankaya", state: "Ankara", postcode: "06420", countryCode: "TR" },
]) {
  const what = `${address.countryCode}, ${address.state}`;
  say(what, address);
  say(`${what}, as countyCode too`, { ...address, countyCode: address.state });
}
JS
expected='US, IL: 5 Main Street | Springfield, IL 62701
IT, BG: Via Roma 5 | 24063 Castro
IT, BG, as countyCode too: Via Roma 5 | 24063 Castro BG
TR, Ankara: Atatürk Caddesi 5 | 06420 Çankaya
TR, Ankara, as countyCode too: Atatürk Caddesi 5 | 06420 Çankaya'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

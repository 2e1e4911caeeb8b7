#!/usr/bin/env bash
# @shopify/theme-currency 4.1.1 (Node), Shopify's own script for the prices of themes, some 35,000 downloads a month. It takes the
# "shop money_format setting" and knows four of the eight ways that a merchant can set there (Shopify Help Center, Currency
# formatting). With the other four the price is empty: shops that write 1'134.65 as the Swiss do, 1 134,65 as the French, Czechs and
# Swedes do, or 1 134.65, show their currency and no amount. There is neither an error nor a warning.
#
# Seen on 30 November 2026, Node 20, 113465 cents:
#   {{amount}} => [1,134.65]
#   {{amount_no_decimals}} => [1,135]
#   {{amount_with_comma_separator}} => [1.134,65]
#   {{amount_no_decimals_with_comma_separator}} => [1.135]
#   CHF {{amount_with_apostrophe_separator}} => [CHF ]
#   {{amount_with_space_separator}} kr => [ kr]
#   {{amount_no_decimals_with_space_separator}} => []
#   {{amount_with_period_and_space_separator}} => []
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @shopify/theme-currency@4.1.1

cat > client.cjs <<'JS'
const { formatMoney } = require("@shopify/theme-currency");

for (const format of [
  "{{amount}}",
  "{{amount_no_decimals}}",
  "{{amount_with_comma_separator}}",
  "{{amount_no_decimals_with_comma_separator}}",
  "CHF {{amount_with_apostrophe_separator}}",
  "{{amount_with_space_separator}} kr",
  "{{amount_no_decimals_with_space_separator}}",
  "{{amount_with_period_and_space_separator}}",
]) console.log(`${format} => [${formatMoney(113465, format)}]`);
JS
expected='{{amount}} => [1,134.65]
{{amount_no_decimals}} => [1,135]
{{amount_with_comma_separator}} => [1.134,65]
{{amount_no_decimals_with_comma_separator}} => [1.135]
CHF {{amount_with_apostrophe_separator}} => [CHF ]
{{amount_with_space_separator}} kr => [ kr]
{{amount_no_decimals_with_space_separator}} => []
{{amount_with_period_and_space_separator}} => []'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

#!/usr/bin/env bash
# @brazilian-utils/brazilian-utils 2.4.0 and cpf_cnpj 0.2.0 (Node). Since July 2026 the numbers of Brazilian companies (CNPJ)
# hold letters (Receita Federal, IN RFB 2.229 of 2024). What formats or parses one drops them, without an error, so that of
# fourteen signs nine are left, which look like a number and are no company's; the check beside it calls the whole one wrong.
# The first package reads them when told version: 2, which is not its default; the second has no way. The number is the
# Receita's example.
#
# Seen on 30 November 2026, Node 20. Of 12.ABC.345/01DE-35 each time:
#   brazilian-utils: valid false, parsed 123450135, formatted 12.345.013/5
#   with version 2: valid true, parsed 12ABC34501DE35, formatted 12.ABC.345/01DE-35
#   cpf_cnpj: valid false, parsed 123450135, formatted 123450135
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @brazilian-utils/brazilian-utils@2.4.0 cpf_cnpj@0.2.0

cat > client.cjs <<'JS'
const { formatCnpj, isValidCnpj, parseCnpj } = require("@brazilian-utils/brazilian-utils");
const { CNPJ } = require("cpf_cnpj");

const number = "12.ABC.345/01DE-35";
const say = (label, valid, parsed, formatted) => console.log(`${label}: valid ${valid}, parsed ${parsed}, formatted ${formatted}`);
say("brazilian-utils", isValidCnpj(number), parseCnpj(number), formatCnpj(number));
const options = { version: 2 };
say("with version 2", isValidCnpj(number, options), parseCnpj(number, options), formatCnpj(number, options));
say("cpf_cnpj", CNPJ.isValid(number), CNPJ.strip(number), CNPJ.format(number));
JS
expected='brazilian-utils: valid false, parsed 123450135, formatted 12.345.013/5
with version 2: valid true, parsed 12ABC34501DE35, formatted 12.ABC.345/01DE-35
cpf_cnpj: valid false, parsed 123450135, formatted 123450135'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

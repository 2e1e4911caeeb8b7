#!/usr/bin/env bash
# node-ofx-parser 0.5.1 (Node), some 26,000 downloads a month. It reads bank statements (OFX), in whose texts an ampersand is written as
# &amp; (OFX specification, special characters). It puts &amp;amp; in the place of each ampersand before it parses and takes nothing back
# afterwards: Marks & Sons, who paid, are called Marks &amp;amp;amp; Sons, and neither an order nor a customer of that name is found.
# What is less than something fares alike. There is no error. ofx-js 1.1.1 gives the texts as they were meant.
#
# Seen on 30 November 2026, Node 20:
#   node-ofx-parser: 25.00 of Marks &amp;amp;amp; Sons for MUGS &amp;amp;lt; 10
#   ofx-js: 25.00 of Marks & Sons for MUGS < 10
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . node-ofx-parser@0.5.1 ofx-js@1.1.1

cat > statement.ofx <<'OFX'
OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261130<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>GBP<BANKACCTFROM><BANKID>203002<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261101<DTEND>20261130
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261130<TRNAMT>25.00<FITID>1<NAME>Marks &amp; Sons<MEMO>MUGS &lt; 10</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>25.00<DTASOF>20261130</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
OFX
cat > client.cjs <<'JS'
const fs = require("fs");

(async () => {
  const text = fs.readFileSync("statement.ofx", "latin1");
  for (const name of ["node-ofx-parser", "ofx-js"]) {
    const { OFX } = await require(name).parse(text);
    const { NAME, MEMO, TRNAMT } = OFX.BANKMSGSRSV1.STMTTRNRS.STMTRS.BANKTRANLIST.STMTTRN;
    console.log(`${name}: ${TRNAMT} of ${NAME} for ${MEMO}`);
  }
})();
JS
expected='node-ofx-parser: 25.00 of Marks &amp;amp;amp; Sons for MUGS &amp;amp;lt; 10
ofx-js: 25.00 of Marks & Sons for MUGS < 10'
seen="$(node client.cjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

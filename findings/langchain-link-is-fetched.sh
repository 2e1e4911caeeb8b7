#!/usr/bin/env bash
# langchain-mcp-adapters 0.3.2 with langchain-anthropic 1.7.10, langchain-openai 1.7.4 and mcp 1.30.0 (Python). A link to a
# resource in a tool result reaches the provider of the model as a document at that address, to be fetched from there. Only the
# MCP server knows what orders:// is. The link's name and type are gone, and the agent has no tool that reads a resource. Where
# a result must say where its report is, the text has to.
#
# Seen on 29 November 2026, CPython 3.11. The link arrives beside the text as:
#   Anthropic, messages: {"type": "document", "source": {"type": "url", "url": "orders://shop/report.csv"}}
#   OpenAI, responses: {"type": "input_file", "file_url": "orders://shop/report.csv"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check langchain-mcp-adapters==0.3.2 langchain-anthropic==1.7.10 \
    langchain-openai==1.7.4 langchain-core==1.8.3 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "report", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "report", "description": "reports", "inputSchema": {"type": "object", "properties": {}}}]}
    if method == "tools/call":
        link = {"type": "resource_link", "uri": "orders://shop/report.csv", "name": "Orders of May", "mimeType": "text/csv"}
        return {"content": [{"type": "text", "text": "The report has 2 orders."}, link]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# Stands for the two providers: notes what it is sent, and refuses it, as nothing more is needed.
cat > client.py <<'PY'
import asyncio, json, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessage, HumanMessage
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_openai import ChatOpenAI

sent = {}

class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        sent[self.path] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(400)
        self.send_header("Content-Length", "0")
        self.end_headers()

provider = HTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=provider.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{provider.server_port}"

async def main():
    client = MultiServerMCPClient({"shop": {"transport": "stdio", "command": sys.executable, "args": ["server.py"]}})
    [report] = await client.get_tools()
    call = {"type": "tool_call", "name": "report", "args": {}, "id": "call_1"}
    messages = [HumanMessage("How was May?"), AIMessage("", tool_calls=[call]), await report.ainvoke(call)]
    for model in (
        ChatAnthropic(model="a-model", api_key="none", base_url=base, max_retries=0),
        ChatOpenAI(model="a-model", api_key="none", base_url=base, max_retries=0, use_responses_api=True),
    ):
        try:
            await model.ainvoke(messages)
        except Exception:
            pass

asyncio.run(main())
[result] = sent["/v1/messages"]["messages"][-1]["content"]
print("Anthropic, messages:", json.dumps(result["content"][-1]))
print("OpenAI, responses:", json.dumps(sent["/responses"]["input"][-1]["output"][-1]))
PY
expected='Anthropic, messages: {"type": "document", "source": {"type": "url", "url": "orders://shop/report.csv"}}
OpenAI, responses: {"type": "input_file", "file_url": "orders://shop/report.csv"}'
seen="$(env -u HTTP_PROXY -u http_proxy LANGSMITH_TRACING=false venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

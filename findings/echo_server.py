"""An MCP server over stdio that repeats the arguments of each call. TOOLS holds its tools as JSON; a tool whose name
begins with "fail" answers with isError. Revisions up to 2025-11-25."""

import json
import os
import sys

TOOLS = json.loads(os.environ["TOOLS"])


def answer(method, params):
    if method == "initialize":
        info = {"name": "echo", "version": "1"}
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        text = json.dumps(params.get("arguments"))
        return {"content": [{"type": "text", "text": text}], "isError": params["name"].startswith("fail")}
    return {} if method == "ping" else None


for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message or "method" not in message:
        continue
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    result = answer(message["method"], message.get("params") or {})
    if result is None:
        reply["error"] = {"code": -32601, "message": "unknown method"}
    else:
        reply["result"] = result
    print(json.dumps(reply), flush=True)

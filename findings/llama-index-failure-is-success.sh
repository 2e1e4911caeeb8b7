#!/usr/bin/env bash
# llama-index-tools-mcp 0.6.0 (Python). A tool result with isError true reaches the agent as an output whose is_error is
# False; what failed shows only in the text.
#
# Seen on 28 November 2026, CPython 3.11:
#   is_error: False
#   the text says isError=True: True
source "$(dirname "$0")/lib.sh"
python_with llama-index-tools-mcp==0.6.0

export TOOLS='[{"name":"fail","description":"fails","inputSchema":{"type":"object","properties":{}}}]'
cat > client.py <<'PY'
import asyncio, os, sys
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

async def main():
    client = BasicMCPClient(sys.executable, args=[os.environ["ECHO_SERVER"]], env=dict(os.environ))
    [fail] = await McpToolSpec(client=client).to_tool_list_async()
    output = await fail.acall()
    text = str(output.content)
    print("is_error:", output.is_error)
    print("the text says isError=True:", "isError=True" in text or "is_error=True" in text)

asyncio.run(main())
PY
python client.py | expect "is_error: False
the text says isError=True: True"

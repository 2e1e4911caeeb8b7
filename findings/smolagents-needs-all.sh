#!/usr/bin/env bash
# smolagents 1.26.0 with mcpadapt 0.1.19 and mcp 1.30.0 (Python). `required` of an input schema counts for nothing: a
# ToolCallingAgent refuses a call that leaves an optional argument out, unless its schema says "nullable": true, which is no
# keyword of JSON Schema.
#
# Seen on 28 November 2026, CPython 3.11:
#   folder left out: Argument folder is required
#   note left out: accepted
source "$(dirname "$0")/lib.sh"
python_with 'smolagents[mcp]==1.26.0' mcpadapt==0.1.19 mcp==1.30.0

cat > client.py <<'PY'
import json, os, sys
from mcp import StdioServerParameters
from smolagents import ToolCollection
from smolagents.tools import validate_tool_arguments

def said(argument, schema):
    properties = {"name": {"type": "string", "description": "n"}, argument: {"type": "string", "description": "d", **schema}}
    tool = {"name": "find", "description": "finds",
            "inputSchema": {"type": "object", "properties": properties, "required": ["name"]}}
    env = {**os.environ, "TOOLS": json.dumps([tool])}
    server = StdioServerParameters(command=sys.executable, args=[os.environ["ECHO_SERVER"]], env=env)
    with ToolCollection.from_mcp(server, trust_remote_code=True, structured_output=False) as collection:
        [find] = collection.tools
        try:
            validate_tool_arguments(find, {"name": "mug"})
            print(argument, "left out: accepted")
        except ValueError as error:
            print(argument, "left out:", error)

said("folder", {})
said("note", {"nullable": True})
PY
python client.py | expect "folder left out: Argument folder is required
note left out: accepted"

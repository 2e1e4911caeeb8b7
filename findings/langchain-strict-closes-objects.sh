#!/usr/bin/env bash
# langchain-core 1.8.3 (Python), convert_to_openai_tool with strict=True. An argument that says additionalProperties true
# becomes an object that may have none, and every optional argument becomes required without null: the model can neither
# fill the one nor leave out the other.
#
# Seen on 28 November 2026, CPython 3.11:
#   fields: {"type": "object", "additionalProperties": false}
#   required: ["order_id", "fields", "note"]
#   note: {"type": "string"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check langchain-core==1.8.3

cat > client.py <<'PY'
import json
from langchain_core.utils.function_calling import convert_to_openai_tool

tool = {
    "title": "change", "description": "changes", "type": "object",
    "properties": {"order_id": {"type": "string"}, "fields": {"type": "object", "additionalProperties": True}, "note": {"type": "string"}},
    "required": ["order_id", "fields"],
}
parameters = convert_to_openai_tool(tool, strict=True)["function"]["parameters"]
print("fields:", json.dumps(parameters["properties"]["fields"]))
print("required:", json.dumps(parameters["required"]))
print("note:", json.dumps(parameters["properties"]["note"]))
PY
expected='fields: {"type": "object", "additionalProperties": false}
required: ["order_id", "fields", "note"]
note: {"type": "string"}'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}

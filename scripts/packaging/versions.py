"""Every file that names this version names the same one: that of the workspace."""

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGE = re.compile(r"ghcr\.io/orderdesk-mcp/orderdesk-mcp:([^\s\"'`]+)")


def main() -> int:
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    server = json.loads((ROOT / "server.json").read_text())
    named = {
        "server.json": {server["version"]},
        "deploy/mcpb/manifest.json": {json.loads((ROOT / "deploy/mcpb/manifest.json").read_text())["version"]},
    }
    for pattern in ("server.json", "deploy/**/*.yaml", "docs/**/*.md", "README.md", ".github/workflows/*.yml"):
        for path in ROOT.glob(pattern):
            tags = set(IMAGE.findall(path.read_text(encoding="utf-8")))
            named.setdefault(str(path.relative_to(ROOT)), set()).update(tags)
    wrong = {name: sorted(found - {version}) for name, found in named.items() if found - {version}}
    for name, found in wrong.items():
        print(f"{name} names {', '.join(found)}, and this is {version}", file=sys.stderr)
    tag = sys.argv[1] if len(sys.argv) > 1 else f"v{version}"
    if tag != f"v{version}":
        print(f"the tag is {tag}, and this is {version}", file=sys.stderr)
    return 1 if wrong or tag != f"v{version}" else 0


sys.exit(main())

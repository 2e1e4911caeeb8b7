"""Gemini CLI: `/mcp auth` in its terminal, then a prompt that makes its model call tools. `gemini.py COMMAND ARGS...`

No model is asked: a small server on loopback speaks the model's protocol and asks for the tools of the story, in turn.
"""

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

URL = os.environ["E2E_URL"]
HOME = Path(os.environ["HOME"])
COMMAND = sys.argv[1:]
KEY = b"\r"
CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[=>()][A-Z0-9]?")


class Model(BaseHTTPRequestHandler):
    """Asks for each call of `plan` in turn, and is then content."""

    plan: list[tuple[str, dict[str, Any]]] = []
    answers: list[Any] = []

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parts = [part for content in request.get("contents", []) for part in content.get("parts", [])]
        answers = [part["functionResponse"] for part in parts if "functionResponse" in part]
        Model.answers = answers or Model.answers
        declared = [
            declaration["name"]
            for tool in request.get("tools", [])
            for declaration in tool.get("functionDeclarations", [])
        ]
        part: dict[str, Any] = {"text": "done"}
        if declared and len(answers) < len(self.plan):
            tool, arguments = self.plan[len(answers)]
            named = [name for name in declared if name.endswith(tool)]
            if named:
                part = {"functionCall": {"name": named[0], "args": arguments}}
            else:
                part = {"text": f"{tool} is not offered: {declared}"}
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        answer = json.dumps({"candidates": [candidate], "usageMetadata": {"totalTokenCount": 1}})
        stream = "alt=sse" in self.path
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if stream else "application/json")
        self.end_headers()
        self.wfile.write((f"data: {answer}\n\n" if stream else answer).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


def sign_in(env: dict[str, str]) -> None:
    """Types `/mcp auth orderdesk` and waits until the login is kept."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(COMMAND[0], COMMAND, env)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    shown = b""

    def look(until: Any, patience: float) -> bool:
        nonlocal shown
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if until():
                return True
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:
                    return until()
        return until()

    def kept() -> bool:
        file = HOME / ".gemini" / "mcp-oauth-tokens.json"
        return file.exists() and "refreshToken" in file.read_text()

    try:
        assert look(lambda: b"Type your message" in CONTROL.sub(b"", shown), 60), text(shown)
        for sign in "/mcp auth orderdesk":
            os.write(terminal, sign.encode())
            look(lambda: False, 0.05)
        look(lambda: False, 1)
        # The first key may take the suggestion that is shown, and the next ones answer what is asked.
        for _ in range(3):
            os.write(terminal, KEY)
            if look(kept, 15):
                return
        raise AssertionError(text(shown))
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def text(shown: bytes) -> str:
    return CONTROL.sub(b"", shown).decode("utf-8", "replace")[-3000:]


def ask(env: dict[str, str], plan: list[tuple[str, dict[str, Any]]]) -> None:
    """Lets the model call the tools of a plan; each has to succeed."""
    Model.plan, Model.answers = plan, []
    command = [*COMMAND, "--prompt", "go on", "--approval-mode", "yolo", "--model", "gemini-2.5-flash"]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
    told = f"{done.stdout[-1500:]}{done.stderr[-1500:]}"
    assert done.returncode == 0 and len(Model.answers) == len(plan), f"{Model.answers} {told}"
    for answer in Model.answers:
        assert '"status":"success"' in json.dumps(answer).replace("\\", "").replace(" ", ""), answer


def main() -> None:
    model = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    settings = {
        "security": {"folderTrust": {"enabled": False}, "auth": {"selectedType": "gemini-api-key"}},
        "general": {"disableAutoUpdate": True, "enableAutoUpdate": False},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "mcpServers": {"orderdesk": {"httpUrl": URL, "trust": True}},
    }
    (HOME / ".gemini").mkdir()
    (HOME / ".gemini" / "settings.json").write_text(json.dumps(settings))
    env = {
        **os.environ,
        "GEMINI_API_KEY": "nobody",
        "GOOGLE_GEMINI_BASE_URL": f"http://127.0.0.1:{model.server_port}",
        # Else the login is kept in the keychain.
        "GEMINI_FORCE_FILE_STORAGE": "true",
        "TERM": "xterm-256color",
        # Without a display it opens no browser.
        "DISPLAY": ":99",
    }
    sign_in(env)
    orders = ("orders_list", {"store": os.environ["E2E_STORE"], "limit": 2})
    ask(env, [("stores_list", {}), orders])
    with urllib.request.urlopen(urllib.request.Request(os.environ["E2E_EXPIRE"], method="POST"), timeout=60):
        pass
    ask(env, [orders])


main()

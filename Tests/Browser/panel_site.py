"""Stands in for the Gateway beside the CRM's page: its real bridge modules, and a panel that does what a test says."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from web_sources import ROOT

BRIDGE = ROOT / "Sources" / "Gateway" / "Web" / "bridge"
PAGE = '<!doctype html><html lang="en"><title>Panel</title><main><h1>Panel</h1></main><script type="module" src="/panel/panel.js"></script></html>'
SCRIPT = """
import { connectHost } from "/bridge/ccbridge-panel.js";
window.dialled = [];
window.chosen = [];
window.panel = connectHost({
  origins: [%s], panelId: "panel-1",
  snapshot: () => ({ agent: { id: "ana.ruiz", name: "Ana Ruiz" }, state: "ready", interactions: [] }),
  handlers: { "dial.request": (data) => (dialled.push(data), window.answer ?? { status: "placed", e164: data.number, interactionId: "DL1" }) },
});
panel.on("record.choose", (data) => chosen.push(data));
"""


class PanelSite:
    """One port of this machine; `origin` is the CRM page's, and is told before a page is opened."""

    def __init__(self):
        self.origin = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, kind, body = site.find(self.path.split("?")[0])
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def find(self, path: str) -> tuple[int, str, bytes]:
        if path == "/panel/":
            return 200, "text/html; charset=utf-8", PAGE.encode()
        if path == "/panel/panel.js":
            return 200, "text/javascript", (SCRIPT % f'"{self.origin}"').encode()
        file = BRIDGE / path.removeprefix("/bridge/")
        if path.startswith("/bridge/") and BRIDGE in file.resolve().parents and file.is_file():
            return 200, "text/javascript", file.read_bytes()
        return 404, "text/plain", b"not here"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

"""The console's sources, and a way to open its modules without any server."""

from __future__ import annotations

import json

from web_sources import ROOT

WEB = ROOT / "Sources" / "Gateway" / "Web"
CONSOLE = WEB / "console"
SHARED = WEB / "shared"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".json": "application/json"}
# An address that nothing listens at: the files are handed to the browser by the test.
NOWHERE = "http://console.test"


def console_catalogue(language: str) -> dict[str, str]:
    return json.loads((CONSOLE / "locales" / f"{language}.json").read_text())


def console_modules() -> dict[str, str]:
    """Every script, by its path from the folder of all pages."""
    return {str(path.relative_to(WEB)): path.read_text() for path in sorted(CONSOLE.rglob("*.js"))}


def serve_files(page) -> None:
    """Answers requests to NOWHERE with the files of the console and what it shares."""

    def answer(route):
        path = WEB / route.request.url.removeprefix(f"{NOWHERE}/").split("?")[0]
        if not path.is_file():
            return route.fulfill(status=404)
        return route.fulfill(path=path, content_type=TYPES.get(path.suffix, "image/svg+xml"))

    page.route(f"{NOWHERE}/**", answer)

"""The agent panel's sources and those that it shares with the console."""

from __future__ import annotations

import json

from web_sources import ROOT

WEB = ROOT / "Sources" / "Gateway" / "Web"
PANEL = WEB / "panel"
SHARED = WEB / "shared"


def panel_catalogue(language: str) -> dict[str, str]:
    return json.loads((PANEL / "locales" / f"{language}.json").read_text())


def panel_modules() -> dict[str, str]:
    """Every script of the panel and of what is shared, by its path."""
    files = [*sorted(PANEL.rglob("*.js")), *sorted(SHARED.rglob("*.js"))]
    return {str(path.relative_to(WEB)): path.read_text() for path in files}

"""The pages' sources, as the tests that read them need them."""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "Sources" / "Sandbox" / "Web"
LANGUAGES = ["en", "es"]


def catalogue(language: str) -> dict[str, str]:
    return json.loads((WEB / "locales" / f"{language}.json").read_text())


def modules() -> dict[str, str]:
    """Every script, by its path."""
    return {str(path.relative_to(WEB)): path.read_text() for path in sorted(WEB.rglob("*.js"))}


def pages() -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(WEB.glob("*.html"))}


def styles() -> dict[str, str]:
    return {str(path.relative_to(WEB)): path.read_text() for path in sorted(WEB.rglob("*.css"))}

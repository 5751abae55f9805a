"""No text of the console is hard-coded: with a catalogue in brackets, everything that a person or a screen reader gets is in brackets."""

from __future__ import annotations

import json

import pytest

from console_sources import console_catalogue
from console_window import SCENES, open_scene
from test_texts import FIND_BARE_TEXTS


def bracketed(route) -> None:
    texts = {key: f"⟦{text}⟧" for key, text in console_catalogue("en").items()}
    route.fulfill(content_type="application/json", body=json.dumps(texts))


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene != "offline"])
def test_every_text_comes_from_the_catalogue(console, scene):
    page = open_scene(console, scene, routes=[("**/console/locales/en.json", bracketed)])
    assert page.evaluate(FIND_BARE_TEXTS) == []

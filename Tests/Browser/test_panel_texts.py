"""No text of the panel is hard-coded: with a catalogue in brackets, everything that a person or a screen reader gets is in brackets."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from panel_scenes import SCENES, open_scene, view
from panel_sources import panel_catalogue
from test_texts import FIND_BARE_TEXTS

# Texts hold other texts here: what is innermost goes first.
NESTED = 'Array(4).fill(/⟦[^⟦⟧]*⟧/gsu).reduce((rest, one) => rest.replace(one, ""), text)'
FIND_BARE = FIND_BARE_TEXTS.replace('text.replace(/⟦[^⟧]*⟧/gsu, "")', NESTED)


def bracketed(route) -> None:
    texts = {key: f"⟦{text}⟧" for key, text in panel_catalogue("en").items()}
    route.fulfill(content_type="application/json", body=json.dumps(texts))


@pytest.mark.parametrize("scene", SCENES)
def test_every_text_comes_from_the_catalogue(panel, scene):
    page = open_scene(panel, scene, routes=[("**/panel/locales/en.json", bracketed)])
    assert page.evaluate(FIND_BARE) == []


def test_the_language_changes_at_once_and_what_is_typed_stays(panel):
    page = open_scene(panel, "wrapup")
    page.locator(".task:not([hidden]) .wrapup textarea").fill("She calls again on Monday.")
    page.locator(".bar-end .menu-button").click()
    page.get_by_role("menuitem", name=panel_catalogue("en")["shell.language"]).click()
    expect(page.locator(".nav-item > span:last-child").first).to_have_text(panel_catalogue("es")["nav.tasks"])
    expect(page.locator(".task:not([hidden]) .wrapup textarea")).to_have_value("She calls again on Monday.")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    view(page, "recent")
    page.reload()
    expect(page.locator(".nav-item > span:last-child").first).to_have_text(panel_catalogue("es")["nav.tasks"])

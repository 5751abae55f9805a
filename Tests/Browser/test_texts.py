"""No text is hard-coded: with a catalogue in brackets, everything that a person or a screen reader gets is in brackets."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from scenes import SCENES, open_scene
from web_sources import catalogue

# Data (names, numbers, what people wrote) is marked translate="no", as HTML has it.
FIND_BARE_TEXTS = """() => {
  const isData = (element) => element.closest('[translate="no"]');
  const isCovered = (text) => !/\\p{L}/u.test(text.replace(/⟦[^⟧]*⟧/gsu, "").replace(/\\b\\d+ (ms|s)\\b/g, ""));
  const bare = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!isCovered(data) && !isData(parentElement)) bare.push(data);
  }
  for (const element of document.body.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder", "alt", "aria-valuetext"]) {
      const text = element.getAttribute(name);
      if (text && !isCovered(text) && !isData(element)) bare.push(`${name}: ${text}`);
    }
  }
  if (!document.title.includes("⟦")) bare.push(`title: ${document.title}`);
  return bare;
}"""


def bracketed(route) -> None:
    route.fulfill(content_type="application/json", body=json.dumps({k: f"⟦{v}⟧" for k, v in catalogue("en").items()}))


@pytest.mark.parametrize("scene", SCENES)
def test_every_text_comes_from_the_catalogue(window, people, scene):
    page = open_scene(window, people, scene, routes=[("**/web/locales/en.json", bracketed)])
    assert page.evaluate(FIND_BARE_TEXTS) == []


def test_the_language_is_switched_at_once_and_remembered(window, people):
    page = window.open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(catalogue("en")["landing.heading"])
    page.get_by_role("button", name=catalogue("en")["shell.language"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(catalogue("es")["landing.heading"])
    page.goto(window.url + "/control")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", name=catalogue("es")["control.faults"], exact=True)).to_be_visible()


def test_a_spanish_browser_gets_spanish(window, people):
    page = window.open("/", language="es-MX")
    expect(page.get_by_role("heading", level=1)).to_have_text(catalogue("es")["landing.heading"])

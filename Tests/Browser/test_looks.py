"""Every scene, wide and light in English, narrow and dark in Spanish: nothing sticks out, axe-core finds nothing.

Each leaves a picture in the folder that PATCHBAY_SCREENSHOTS names, for people to look at.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from scenes import SCENES, open_scene

LOOKS = [("wide", "light", "en-GB"), ("narrow", "dark", "es-ES")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth > width ? [`page: ${document.documentElement.scrollWidth} > ${width}`] : [];
  for (const element of document.querySelectorAll("button, input, select, textarea, h1, h2, p")) {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (box.width < 2 || style.visibility === "hidden" || element.closest(".unseen, .skip, [inert]")) continue;
    if (box.left < -1 || box.right > width + 1) wide.push(`${element.tagName}.${element.className}: ${element.textContent}`);
  }
  return wide;
}"""


@pytest.mark.parametrize("size,scheme,language", LOOKS)
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_fits_its_screen_and_is_accessible(window, people, picture, scene, size, scheme, language):
    page = open_scene(window, people, scene, size=size, scheme=scheme, language=language)
    picture(page, f"{scene}-{size}-{scheme}-{language[:2]}")
    assert page.evaluate(STICKS_OUT) == []
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"]] == []


def test_the_theme_follows_the_system_until_it_is_switched(window, people):
    page = window.open("/", scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Switch to light colours").click()
    expect(page.get_by_role("button", name="Switch to dark colours")).to_be_visible()
    assert page.evaluate(background) != dark
    page.reload()
    expect(page.get_by_role("button", name="Switch to dark colours")).to_be_visible()
    assert page.evaluate(background) != dark

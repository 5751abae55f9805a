"""Every scene of the panel, in a CRM's side bar, at its narrowest and in a window: nothing sticks out, axe-core finds nothing."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from panel_scenes import SCENES, open_scene
from test_looks import RULES, STICKS_OUT

LOOKS = [("slim", "light", "es-ES"), ("dock", "dark", "en-GB"), ("half", "light", "en-GB")]
OUT_OF_THEIR_PLACE = """() => [...document.querySelectorAll(".control-word, .nav-item span, .chip, .activity-name, .record-chip button")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow !== "ellipsis" && getComputedStyle(one).display !== "inline")
  .map((one) => one.textContent)"""


@pytest.mark.parametrize("size,scheme,language", LOOKS)
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_fits_its_place_and_is_accessible(panel, picture, scene, size, scheme, language):
    page = open_scene(panel, scene, size=size, scheme=scheme, language=language)
    picture(page, f"panel-{scene}-{size}-{scheme}-{language[:2]}")
    # Tabs that do not fit are reached by scrolling their list.
    assert [one for one in page.evaluate(STICKS_OUT) if not one.startswith("BUTTON.tab:")] == []
    assert page.evaluate(OUT_OF_THEIR_PLACE) == []
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"]] == []

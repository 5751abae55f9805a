"""Every scene of the console, on three screens, in both languages and themes: nothing sticks out, axe-core finds nothing."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from console_window import SCENES, open_scene
from test_looks import RULES, STICKS_OUT

LOOKS = [("wide", "light", "en-GB"), ("narrow", "dark", "es-ES")]
# The crowded ones on a tablet, and each theme in the other language.
ON_TABLET = ["table", "edit-invalid", "merge", "published", "import"]
CASES = [(scene, *look) for scene in SCENES for look in LOOKS]
CASES += [(scene, "tablet", scheme, language) for scene in ON_TABLET for scheme, language in [("light", "es-ES"), ("dark", "en-GB")]]


@pytest.mark.parametrize("scene,size,scheme,language", CASES)
def test_a_scene_fits_its_screen_and_is_accessible(console, picture, scene, size, scheme, language):
    page = open_scene(console, scene, size=size, scheme=scheme, language=language)
    picture(page, f"console-{scene}-{size}-{scheme}-{language[:2]}")
    assert page.evaluate(STICKS_OUT) == []
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"]] == []

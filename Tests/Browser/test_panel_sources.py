"""The panel's catalogues are complete in every language, its page holds nothing foreign, its files stay small."""

from __future__ import annotations

import re

import pytest

from panel_sources import PANEL, SHARED, WEB, panel_catalogue, panel_modules
from test_catalogues import Texts
from web_sources import LANGUAGES

ENGLISH = panel_catalogue("en")
PLURAL = re.compile(r"\.(one|other)$")
AREAS = {key.split(".")[0] for key in ENGLISH}
# Elements are named like keys: `el("chat.…")` does not exist, `el("dl.keys")` does; topics of the stream look like keys, too.
KEY = re.compile(r'(?<!el\()"((?:[a-z_]+)\.(?:[a-z0-9_]+))"')
NOT_TEXTS = {"dial.accepted", "dial.refused", "dial.request", "record.choose", "record.current", "control.request"}
FAMILY = re.compile(r"`([a-z_]+\.[a-z_]*)\$\{[^`]*?\}([a-z_]*)`")
FAMILY_OF = re.compile(r'tOf\("([a-z_]+)"')
MAX_LINES = 450


def base(key: str) -> str:
    return PLURAL.sub("", key)


def used() -> tuple[set[str], list[re.Pattern]]:
    """Keys that scripts name, and patterns of those that they put together."""
    keys: set[str] = set()
    patterns: list[re.Pattern] = []
    for source in panel_modules().values():
        keys |= {key for key in KEY.findall(source) if key.split(".")[0] in AREAS} - NOT_TEXTS
        patterns += [re.compile(rf"{re.escape(a)}[a-zA-Z0-9_-]+?{re.escape(b)}") for a, b in FAMILY.findall(source)]
        patterns += [re.compile(rf"{re.escape(family)}\.[a-zA-Z0-9_-]+") for family in FAMILY_OF.findall(source)]
    return keys, patterns


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_placeholders(language):
    texts = panel_catalogue(language)
    assert texts.keys() == ENGLISH.keys()
    for key, text in texts.items():
        assert text.strip() == text != "", key
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", ENGLISH[key])), key


def test_spanish_is_not_english():
    spanish = panel_catalogue("es")
    assert not {key for key, text in ENGLISH.items() if spanish[key] == text and len(text) > 10}


def test_every_key_that_a_script_names_exists():
    keys, _ = used()
    known = {base(key) for key in ENGLISH}
    assert not {key for key in keys if key not in known}
    assert len(keys) > 120, "the scripts were not understood"


def test_every_key_is_used():
    keys, patterns = used()
    unused = {key for key in map(base, ENGLISH) if key not in keys and not any(p.fullmatch(key) for p in patterns)}
    assert not unused


def test_plurals_come_in_pairs():
    for key in ENGLISH:
        if PLURAL.search(key):
            assert f"{base(key)}.one" in ENGLISH and f"{base(key)}.other" in ENGLISH, key


def test_the_page_holds_no_text_no_inline_script_and_no_other_host():
    parser = Texts()
    parser.feed((PANEL / "index.html").read_text())
    assert parser.texts == []
    assert parser.forbidden == []


@pytest.mark.parametrize("name", panel_modules())
def test_a_script_passes_nothing_as_markup_names_no_other_host_and_is_small(name):
    text = panel_modules()[name]
    assert text.count("\n") < MAX_LINES
    source = re.sub(r"//[^\n]*|/\*.*?\*/", "", text.replace("http://www.w3.org/2000/svg", ""), flags=re.S)
    for word in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "new Function",
        "createContextualFragment", "setAttribute(\"style\"", "http://", "https://", "console.log",
    ]:  # fmt: skip
        assert word not in source, word


def test_every_file_that_a_page_or_a_module_names_is_there():
    page = (PANEL / "index.html").read_text()
    assert all((WEB / name).is_file() for name in re.findall(r'(?:href|src)="/([^"]+)"', page))
    for name, source in panel_modules().items():
        for imported in re.findall(r'(?:from|import\() ?"(\.[^"]+)"', source):
            assert (WEB / name).parent.joinpath(imported).resolve().is_file(), f"{name}: {imported}"


def test_every_icon_that_is_named_exists():
    shapes = set(re.findall(r"^  (\w+): \"M?m?", (SHARED / "js" / "icons.js").read_text(), re.M))
    for name, source in panel_modules().items():
        for icon in re.findall(r'icon\("(\w+)"', source):
            assert icon in shapes, f"{name}: {icon}"

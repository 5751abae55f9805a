"""Both languages know every text, and no text stands anywhere else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from web_sources import LANGUAGES, catalogue, modules, pages

ENGLISH = catalogue("en")
PLURAL = re.compile(r"\.(one|other)$")
# t("key") and tOf("family", …); both arms of t(condition ? "a" : "b"); t(`family.${name}`); a key kept in a constant.
KEY = re.compile(r'(?<!h\()"((?:[a-z]+)\.(?:[a-z0-9_]+))"')
FAMILY = re.compile(r"`([a-z_]+\.[a-z_]*)\$\{[^`]*?\}([a-z_]*)`")
FAMILY_OF = re.compile(r'tOf\("([a-z_]+)"')
TITLES = re.compile(r'startPage\(\{ name: "([a-z]+)"')


def used() -> tuple[set[str], list[re.Pattern]]:
    """Keys that scripts name, and patterns of those that they put together."""
    keys: set[str] = set()
    patterns: list[re.Pattern] = []
    known_areas = {key.split(".")[0] for key in ENGLISH}
    for source in modules().values():
        keys |= {key for key in KEY.findall(source) if key.split(".")[0] in known_areas}
        keys |= {f"{name}.title" for name in TITLES.findall(source)}
        patterns += [re.compile(rf"{re.escape(a)}[a-z0-9_-]+?{re.escape(b)}") for a, b in FAMILY.findall(source)]
        patterns += [re.compile(rf"{re.escape(family)}\.[a-z-]+") for family in FAMILY_OF.findall(source)]
    return keys, patterns


def base(key: str) -> str:
    return PLURAL.sub("", key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language):
    assert catalogue(language).keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something_and_keeps_its_placeholders(language):
    for key, text in catalogue(language).items():
        assert text.strip() == text != "", key
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", ENGLISH[key])), key


def test_spanish_is_not_english():
    spanish = catalogue("es")
    same = {key for key, text in ENGLISH.items() if spanish[key] == text and len(text) > 10}
    assert not same


def test_every_key_that_a_script_names_exists():
    keys, _ = used()
    known = {base(key) for key in ENGLISH}
    # Attribute names of the cloud that look like keys.
    missing = {key for key in keys if key not in known} - {"frontline.events"}
    assert not missing
    assert len(keys) > 150, "the scripts were not understood"


def test_every_key_is_used():
    keys, patterns = used()
    unused = {key for key in map(base, ENGLISH) if key not in keys and not any(p.fullmatch(key) for p in patterns)}
    assert not unused


def test_plurals_come_in_pairs():
    for key in ENGLISH:
        if PLURAL.search(key):
            assert f"{base(key)}.one" in ENGLISH and f"{base(key)}.other" in ENGLISH, key


class Texts(HTMLParser):
    """Texts of a page, and what a strict content security policy forbids."""

    def __init__(self):
        super().__init__()
        self.texts: list[str] = []
        self.forbidden: list[str] = []
        self.tag = ""

    def handle_starttag(self, tag, attrs):
        self.tag = tag
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").startswith(("http:", "https:", "//")):
                self.forbidden.append(f"{tag} {name}={value}")
        if tag == "style" or (tag == "script" and not dict(attrs).get("src")):
            self.forbidden.append(tag)

    def handle_data(self, data):
        if data.strip() and self.tag != "title":
            self.texts.append(data.strip())


@pytest.mark.parametrize("name", pages())
def test_a_page_holds_no_text_no_inline_script_and_no_other_host(name):
    parser = Texts()
    parser.feed(pages()[name])
    assert parser.texts == []
    assert parser.forbidden == []


@pytest.mark.parametrize("name", modules())
def test_a_script_passes_nothing_as_markup_and_names_no_other_host(name):
    source = re.sub(r"//[^\n]*|/\*.*?\*/", "", modules()[name].replace("http://www.w3.org/2000/svg", ""), flags=re.S)
    for word in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "new Function",
        "createContextualFragment", "setAttribute(\"style\"", "http:", "https:", "console.log",
    ]:  # fmt: skip
        assert word not in source, word

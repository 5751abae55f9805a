"""The console's catalogues are complete in every language, its tokens are the product's, its pages hold nothing foreign."""

from __future__ import annotations

import re

import pytest

from console_sources import CONSOLE, SHARED, console_catalogue, console_modules
from test_catalogues import Texts
from web_sources import LANGUAGES, WEB

ENGLISH = console_catalogue("en")
PLURAL = re.compile(r"\.(one|other)$")
AREAS = {key.split(".")[0] for key in ENGLISH}
KEY = re.compile(r'"((?:[a-z]+)\.(?:[a-z0-9_]+))"')
FAMILY = re.compile(r"`([a-z_]+\.[a-z_]*)\$\{[^`]*?\}([a-z_]*)`")
FAMILY_OF = re.compile(r'tOf\("([a-z_]+)"')
# What the issue fixes, word for word, and the warning of the sample.
ALERTS = {
    "publish.changed": "Routes were updated by someone else and cannot be published. Please reload and try again.",
    "publish.in_progress": "Another route publish is in progress. Publishing now will overwrite other changes.",
    "publish.available": "Switch to a non-available activity to publish your agent extensions. "
    "This prevents you from receiving a task during the publish process.",
}


def base(key: str) -> str:
    return PLURAL.sub("", key)


def used() -> tuple[set[str], list[re.Pattern]]:
    """Keys that scripts name, and patterns of those that they put together."""
    keys: set[str] = set()
    patterns: list[re.Pattern] = []
    shared = [path.read_text() for path in sorted(SHARED.rglob("*.js"))]
    for source in [*console_modules().values(), *shared]:
        keys |= {key for key in KEY.findall(source) if key.split(".")[0] in AREAS}
        patterns += [re.compile(rf"{re.escape(a)}[a-zA-Z0-9_-]+?{re.escape(b)}") for a, b in FAMILY.findall(source)]
        patterns += [re.compile(rf"{re.escape(family)}\.[a-zA-Z0-9_-]+") for family in FAMILY_OF.findall(source)]
    return keys, patterns


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language):
    assert console_catalogue(language).keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something_and_keeps_its_placeholders(language):
    for key, text in console_catalogue(language).items():
        assert text.strip() == text != "", key
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", ENGLISH[key])), key


def test_spanish_is_not_english():
    spanish = console_catalogue("es")
    assert not {key for key, text in ENGLISH.items() if spanish[key] == text and len(text) > 10}


def test_every_key_that_a_script_names_exists():
    keys, _ = used()
    known = {base(key) for key in ENGLISH}
    assert not {key for key in keys if key not in known}
    assert len(keys) > 150, "the scripts were not understood"


def test_every_key_is_used():
    keys, patterns = used()
    unused = {key for key in map(base, ENGLISH) if key not in keys and not any(p.fullmatch(key) for p in patterns)}
    assert not unused


def test_plurals_come_in_pairs():
    for key in ENGLISH:
        if PLURAL.search(key):
            assert f"{base(key)}.one" in ENGLISH and f"{base(key)}.other" in ENGLISH, key


def test_alerts_are_those_of_the_sample_word_for_word():
    assert {key: ENGLISH[key] for key in ALERTS} == ALERTS


def test_the_colours_and_measures_are_those_of_the_other_pages():
    def tokens(path):
        text = path.read_text()
        return text[text.index(":root {") : text.index("*, *::before")].strip()

    assert tokens(SHARED / "css" / "tokens.css") == tokens(WEB / "css" / "base.css")


def test_the_page_holds_no_text_no_inline_script_and_no_other_host():
    parser = Texts()
    parser.feed((CONSOLE / "index.html").read_text())
    assert parser.texts == []
    assert parser.forbidden == []


@pytest.mark.parametrize("name", console_modules())
def test_a_script_passes_nothing_as_markup_and_names_no_other_host(name):
    source = re.sub(r"//[^\n]*|/\*.*?\*/", "", console_modules()[name].replace("http://www.w3.org/2000/svg", ""), flags=re.S)
    for word in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "new Function",
        "createContextualFragment", "setAttribute(\"style\"", "http:", "https:", "console.log",
    ]:  # fmt: skip
        assert word not in source, word


def test_every_file_that_a_page_or_a_module_names_is_there():
    page = (CONSOLE / "index.html").read_text()
    assert all((CONSOLE.parent / name).is_file() for name in re.findall(r'(?:href|src)="/([^"]+)"', page))
    for name, source in console_modules().items():
        for imported in re.findall(r'from "(\.[^"]+)"', source):
            assert (CONSOLE.parent / name).parent.joinpath(imported).resolve().is_file(), f"{name}: {imported}"

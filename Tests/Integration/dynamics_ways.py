"""How people write telephone numbers, country by country."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat


@dataclass(frozen=True)
class Written:
    """A number before it is written down."""

    number: phonenumbers.PhoneNumber
    region: str

    @property
    def cc(self) -> str:
        return str(self.number.country_code)

    @property
    def nsn(self) -> str:
        return phonenumbers.national_significant_number(self.number)

    @property
    def e164(self) -> str:
        return phonenumbers.format_number(self.number, PhoneNumberFormat.E164)

    @property
    def national(self) -> str:
        return phonenumbers.format_number(self.number, PhoneNumberFormat.NATIONAL)

    @property
    def international(self) -> str:
        return phonenumbers.format_number(self.number, PhoneNumberFormat.INTERNATIONAL)

    @property
    def trunk(self) -> str:
        return PhoneMetadata.metadata_for_region(self.region).national_prefix or ""

    @property
    def parts(self) -> list[str]:
        """The national number in the groups of its country, with trunk prefix if it has one."""
        return [part for part in "".join(c if c.isdigit() else " " for c in self.national).split()]

    @property
    def plain(self) -> str:
        return "".join(self.parts)


def grouped(rng: random.Random, digits: str, separator: str = " ") -> str:
    """Digits in groups that follow no rule."""
    parts, rest = [], digits
    while rest:
        size = rng.choice([1, 2, 2, 3, 3, 4])
        parts.append(rest[:size])
        rest = rest[size:]
    return separator.join(parts)


def optional_trunk(rng: random.Random, it: Written) -> str | None:
    """`+44 (0)20 …`; Italy's zero belongs to the number and is put in brackets all the same."""
    if it.region == "IT" and it.nsn.startswith("0"):
        return f"+39 (0){it.nsn[1:]}"
    if it.trunk != "0" or it.plain != "0" + it.nsn:
        return None
    head, *rest = it.parts
    return f"+{it.cc} (0){rng.choice(['', ' '])}" + rng.choice([" ", "-", ""]).join([head[1:], *rest]).strip()


def bracketed(rng: random.Random, it: Written) -> str:
    head, *rest = it.parts
    if len(rest) and len(head) < 6 and rng.random() < 0.6:
        return f"({head}) {rng.choice([' ', '-', '']).join(rest)}"
    return f"(+{it.cc}) {grouped(rng, it.nsn)}"


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789+-()" else c for c in text)


def arabic(text: str) -> str:
    return "".join(chr(ord(c) - ord("0") + 0x660) if c.isdigit() else c for c in text)


@dataclass(frozen=True)
class Way:
    """How a number is written; `needs_country` where it means nothing without knowing the contact's."""

    write: Callable[[random.Random, Written], str | None]
    needs_country: bool = False
    exception: str = ""


LETTERS = "phonenumbers takes letters for those of a keypad"

WAYS = {
    "e164": Way(lambda rng, it: it.e164),
    "international": Way(lambda rng, it: it.international),
    "00": Way(lambda rng, it: f"00{rng.choice(['', ' '])}{it.cc}{rng.choice(['', ' '])}{grouped(rng, it.nsn, rng.choice(['', ' ']))}"),
    "national": Way(lambda rng, it: it.national, needs_country=True),
    "national digits": Way(lambda rng, it: it.plain, needs_country=True),
    "bare": Way(lambda rng, it: it.nsn if it.plain != it.nsn else None, needs_country=True),
    "(0)": Way(optional_trunk),
    "dots": Way(lambda rng, it: ".".join(it.parts) if len(it.parts) > 1 else None, needs_country=True),
    "pairs": Way(lambda rng, it: rng.choice(". -").join(it.plain[n : n + 2] for n in range(0, len(it.plain), 2)), needs_country=True),
    "slashes": Way(lambda rng, it: f"{it.parts[0]}/{''.join(it.parts[1:])}" if len(it.parts) > 1 else None, needs_country=True),
    "dashes": Way(lambda rng, it: "-".join([f"+{it.cc}", *_split(rng, it.nsn)])),
    "brackets": Way(bracketed, needs_country=True),
    "odd groups": Way(lambda rng, it: f"+{it.cc} {grouped(rng, it.nsn, rng.choice([' ', '  ', '-', '.']))}"),
    "extension": Way(lambda rng, it: f"{it.international} {rng.choice(['ext. ', 'x', 'Ext ', 'ext', '#', 'extension '])}{rng.randint(2, 9999)}"),
    "national extension": Way(lambda rng, it: f"{it.national} {rng.choice(['ext. ', 'x', 'Ext ', 'ext. '])}{rng.randint(2, 999)}", needs_country=True),
    "note": Way(
        lambda rng, it: f"{rng.choice([it.international, it.e164])} {rng.choice(['(mobile)', 'casa', '- Ana', '(only mornings)', 'WhatsApp', '(privat)', 'work'])}",
        exception=LETTERS,
    ),
    "label": Way(
        lambda rng, it: f"{rng.choice(['Tel: ', 'tel. ', 'T ', 'Mob. ', 'Móvil: ', 'tel:'])}{rng.choice([it.international, it.e164])}"
    ),
    "national note": Way(
        lambda rng, it: f"{it.national} {rng.choice(['(mobile)', 'casa', '- Ana', 'private'])}", needs_country=True, exception=LETTERS
    ),
    "apostrophe": Way(lambda rng, it: f"'{rng.choice([it.e164, it.international])}"),
    "national apostrophe": Way(lambda rng, it: f"'{it.plain}", needs_country=True),
    "no-break spaces": Way(lambda rng, it: it.international.replace(" ", rng.choice(["\u00a0", "\u202f", "\u2009"]))),
    "full width": Way(
        lambda rng, it: full_width(rng.choice([it.international, it.national])) if it.region in ("JP", "CN", "KR") else None,
        needs_country=True,
    ),
    "typographic dashes": Way(lambda rng, it: rng.choice("\u2010\u2011\u2013\u2212").join([f"+{it.cc}", *_split(rng, it.nsn)])),
    "invisible marks": Way(lambda rng, it: f"\u202a{it.international}\u202c" if rng.random() < 0.5 else f"\u200e{it.e164}"),
    "without plus": Way(lambda rng, it: f"{it.cc}{rng.choice(['', ' ', '-'])}{it.nsn}", needs_country=True),
    "arabic digits": Way(lambda rng, it: arabic(it.national) if it.region == "SA" else None, needs_country=True),
}  # fmt: skip


def _split(rng: random.Random, digits: str) -> list[str]:
    first = rng.choice([2, 3])
    return [digits[:first], digits[first : first + 3], digits[first + 3 :]] if len(digits) > first + 3 else [digits]


def reading(text: str, region: str) -> str | None:
    """What phonenumbers takes a text for in a country, in E.164."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(text, region), PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return None

"""Contacts whose numbers are written as people write them, and which of them belong to a caller.

    corpus = Corpus(seed=1)
    corpus.rows()                 # for the Sandbox's Dataverse
    corpus.truth["+442079460958"] # the ids of the contacts that this caller is

What belongs together is known by construction, never by parsing: a number is made first, then written down in one way or
another, or spoilt until it is another's. `phonenumbers` makes the numbers and, where it can read a way of writing at
all, says once more what was meant (see `Way.exception`).

The home country is Spain. A number that is written nationally is read in the country of its contact, in Spain where the
contact has none; that is how the company of this CRM reads it. An extension or a note does not change a number. Two
numbers in one column are both the contact's. A number without its area code, one digit too many or too few, and the same
digits in another country are another's.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

from dynamics_oddities import NEAR_MISSES, ODDITIES
from dynamics_ways import WAYS, Written, grouped, reading

HOME = "ES"
MAX_TEXT = 50  # characters of a phone column
NUMBERS = 22  # per country, unless told otherwise

# The country as its contacts have it: English, its own language, codes, what people say.
COUNTRIES = {
    "ES": ["Spain", "España", "ES", "ESP"], "IT": ["Italy", "Italia", "IT", "ITA"],
    "FR": ["France", "FR", "FRA"], "DE": ["Germany", "Deutschland", "DE", "DEU"],
    "GB": ["United Kingdom", "UK", "GB", "Great Britain"], "US": ["United States", "USA", "US", "U.S.A."],
    "CA": ["Canada", "CA", "CAN"], "MX": ["Mexico", "México", "MX"],
    "BR": ["Brazil", "Brasil", "BR"], "AR": ["Argentina", "AR", "ARG"],
    "CL": ["Chile", "CL"], "CO": ["Colombia", "CO"],
    "PE": ["Peru", "Perú", "PE"], "PT": ["Portugal", "PT", "PRT"],
    "NL": ["Netherlands", "The Netherlands", "Nederland", "NL"], "BE": ["Belgium", "België", "Belgique", "BE"],
    "CH": ["Switzerland", "Schweiz", "Suisse", "CH"], "AT": ["Austria", "Österreich", "AT"],
    "SE": ["Sweden", "Sverige", "SE"], "DK": ["Denmark", "Danmark", "DK"],
    "NO": ["Norway", "Norge", "NO"], "PL": ["Poland", "Polska", "PL"],
    "RU": ["Russia", "Russian Federation", "RU"], "KZ": ["Kazakhstan", "KZ"],
    "IN": ["India", "IN", "IND"], "JP": ["Japan", "日本", "JP"],
    "AU": ["Australia", "AU", "AUS"], "NZ": ["New Zealand", "NZ"],
    "ZA": ["South Africa", "ZA"], "TR": ["Turkey", "Türkiye", "TR"],
    "IE": ["Ireland", "IE"], "GR": ["Greece", "GR"],
    "IL": ["Israel", "IL"], "SA": ["Saudi Arabia", "SA"],
    "CN": ["China", "中国", "CN"], "KR": ["South Korea", "Korea", "KR"],
    "SG": ["Singapore", "SG"],
}  # fmt: skip

# Most of the numbers stand where one looks first.
COLUMNS = (
    ["telephone1"] * 8 + ["mobilephone"] * 6 + ["telephone2", "telephone3", "address1_telephone1", "business2", "home2"]
)

NAMES = [
    "Ana", "Bo", "Çelik", "Dmitri", "Eve", "Fatma", "Göran", "Håkon", "Ines", "João", "Klára", "Løne", "María", "Nils",
    "O'Brien", "Paweł", "Quinn", "Rosa", "Søren", "Théa", "Ulf", "Višnja", "Wanda", "Ximena", "Yūki", "Zoë",
]  # fmt: skip


@dataclass(frozen=True)
class Contact:
    """One row; `numbers` is what it says, in E.164, `way` how it says it, and `near` whose number it nearly has."""

    id: str
    text: str
    column: str
    country: str | None
    region: str
    numbers: tuple[str, ...]
    way: str
    name: str
    near: str = ""
    exception: str = ""  # why phonenumbers cannot say the same

    def row(self) -> dict:
        first, _, last = self.name.partition(" ")
        row = {"contactid": self.id, "firstname": first, "lastname": last, self.column: self.text}
        return row | ({"address1_country": self.country} if self.country else {})


class Corpus:
    """All contacts of one seed; the same seed makes the same ones."""

    def __init__(self, seed: int = 1, numbers: int = NUMBERS):
        self.rng = random.Random(seed)
        self.contacts: list[Contact] = []
        self.callers: list[str] = []
        self.truth: dict[str, set[str]] = {}
        taken: set[str] = {number for row in ODDITIES for number in row.numbers} | {row.near for row in NEAR_MISSES}
        for region in COUNTRIES:
            made = self._numbers(region, numbers, taken)
            self.callers += [it.e164 for it in made]
            self._write(region, made)
        self.callers += sorted(
            {number for row in ODDITIES for number in row.numbers} | {row.near for row in NEAR_MISSES}
        )
        self._oddities()
        for region in COUNTRIES:
            self._miss(region, [number for number in self.callers if self._region(number) == region])
        for caller in self.callers:
            self.truth.setdefault(caller, set())
        for contact in self.contacts:
            for number in contact.numbers:
                self.truth.setdefault(number, set()).add(contact.id)
        self.rng.shuffle(self.contacts)
        self.by_id = {contact.id: contact for contact in self.contacts}

    def rows(self) -> list[dict]:
        return [contact.row() for contact in self.contacts]

    def near_misses(self) -> list[Contact]:
        return [contact for contact in self.contacts if contact.near]

    # Numbers

    def _numbers(self, region: str, count: int, taken: set[str]) -> list[Written]:
        """Valid numbers of a country, mobile and fixed, of every length that its plan has."""
        made: list[Written] = []
        types = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE]
        while len(made) < count:
            example = phonenumbers.example_number_for_type(region, types[len(made) % 2])
            digits = phonenumbers.national_significant_number(example)
            if region in ("DE", "AT") and len(made) % 2:
                digits = (
                    self.rng.choice({"DE": ["30", "89", "201", "4321"], "AT": ["1", "662", "316"]}[region]) + digits
                )
                digits = digits[: self.rng.choice([8, 9, 10, 11])]
            elif region in ("US", "CA"):
                area = {"US": ["415", "212", "303", "808"], "CA": ["416", "514", "604", "204"]}[region]
                digits = self.rng.choice(area) + digits[3:]
            kept = max(2, len(digits) - 7)
            digits = digits[:kept] + "".join(self.rng.choice("0123456789") for _ in digits[kept:])
            number = phonenumbers.parse(f"+{example.country_code}{digits}")
            it = Written(number, region)
            if phonenumbers.is_valid_number_for_region(number, region) and it.e164 not in taken and it.nsn == digits:
                taken.add(it.e164)
                made.append(it)
        return made

    @staticmethod
    def _region(e164: str) -> str:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164)) or ""

    # Contacts

    def _add(
        self,
        text: str,
        region: str,
        country: str | None,
        numbers: tuple[str, ...],
        way: str,
        near: str = "",
        exception: str = "",
    ) -> None:
        assert len(text) <= MAX_TEXT, text
        id = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        name = f"{self.rng.choice(NAMES)} {self.rng.choice(NAMES)}son{len(self.contacts)}"
        column = self.rng.choice(COLUMNS)
        self.contacts.append(Contact(id, text, column, country, region, numbers, way, name, near, exception))

    def _write(self, region: str, made: list[Written]) -> None:
        """Every number by one way of writing, one in five also by another contact in another; the ways take turns."""
        queue = list(WAYS)
        self.rng.shuffle(queue)
        for it in made:
            for _ in range(2 if self.rng.random() < 0.2 else 1):
                for _ in range(len(WAYS)):
                    name = queue.pop(0)
                    queue.append(name)
                    if self._written(name, it):
                        break

    def _written(self, name: str, it: Written) -> bool:
        """Adds a contact with the number written in this way; false where the country does not write so."""
        way = WAYS[name]
        text = way.write(self.rng, it)
        if text is None or len(text) > MAX_TEXT:
            return False
        country = self.rng.choice(COUNTRIES[it.region])
        region = it.region
        if way.needs_country:
            if it.region == HOME and self.rng.random() < 0.5:
                country = None
            # Who reads "49 30 1234567" in Germany may also read 049301234567: then it says nothing for certain.
            if not way.exception and reading(text, it.region) != it.e164:
                return False
        else:
            dice = self.rng.random()
            if dice < 0.25:
                country, region = None, HOME
            elif dice < 0.33:
                region = self.rng.choice(list(COUNTRIES))
                country = self.rng.choice(COUNTRIES[region])
            if not way.exception and reading(text, region) != it.e164:
                return False
        self._add(text, region, country, (it.e164,), name, exception=way.exception)
        return True

    def _oddities(self) -> None:
        for row in ODDITIES:
            self._add(row.text, row.region or HOME, row.country, row.numbers, "oddity", exception=row.exception)
        for row in NEAR_MISSES:
            self._add(
                row.text,
                row.region or HOME,
                row.country,
                row.numbers,
                "hand-typed miss",
                near=row.near,
                exception=row.exception,
            )

    # What is not the caller's

    def _miss(self, region: str, callers: list[str]) -> None:
        """Two contacts per caller who are not he, by ways that take turns."""
        ways = [
            self._one_off,
            self._swapped,
            self._same_end,
            self._elsewhere,
            self._suffix,
            self._longer,
            self._as_extension,
        ]
        turn = self.rng.randrange(len(ways))
        for caller in callers:
            it = Written(phonenumbers.parse(caller), region)
            done = 0
            for step in range(len(ways)):
                if done < 2 and ways[(turn + step) % len(ways)](it):
                    done += 1
            turn += 1

    def _other(self, it: Written, digits: str, way: str) -> bool:
        """A contact with another national number of the same country, written as this one could be."""
        number = phonenumbers.parse(f"+{it.cc}{digits}")
        other = Written(number, it.region)
        if other.e164 == it.e164 or other.nsn != digits:
            return False
        if phonenumbers.is_valid_number(number) and self.rng.random() < 0.6:
            text, country = other.national, self.rng.choice(COUNTRIES[it.region])
            if reading(text, it.region) != other.e164:
                text = other.e164
        else:
            text, country = (
                self.rng.choice([other.e164, f"+{it.cc} {grouped(self.rng, digits)}"]),
                self.rng.choice(COUNTRIES[it.region]),
            )
        if reading(text, it.region) != other.e164:
            return False
        self._add(text, it.region, country, (other.e164,), way, near=it.e164)
        return True

    def _one_off(self, it: Written) -> bool:
        place = self.rng.randrange(1, len(it.nsn))
        digit = self.rng.choice([d for d in "0123456789" if d != it.nsn[place]])
        return self._other(it, it.nsn[:place] + digit + it.nsn[place + 1 :], "one digit off")

    def _swapped(self, it: Written) -> bool:
        places = [n for n in range(1, len(it.nsn) - 1) if it.nsn[n] != it.nsn[n + 1]]
        if not places:
            return False
        n = self.rng.choice(places)
        return self._other(it, it.nsn[:n] + it.nsn[n + 1] + it.nsn[n] + it.nsn[n + 2 :], "two digits swapped")

    def _same_end(self, it: Written) -> bool:
        """Another country's number that ends in the same eight digits."""
        for region in self.rng.sample(list(COUNTRIES), len(COUNTRIES)):
            for type in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
                example = phonenumbers.national_significant_number(phonenumbers.example_number_for_type(region, type))
                if len(example) < 8 or PhoneMetadata.metadata_for_region(region).country_code == it.number.country_code:
                    continue
                digits = example[: len(example) - 8] + it.nsn[-8:]
                cc = PhoneMetadata.metadata_for_region(region).country_code
                number = phonenumbers.parse(f"+{cc}{digits}")
                if len(it.nsn) < 8 or not phonenumbers.is_valid_number_for_region(number, region):
                    continue
                other = Written(number, region)
                text = self.rng.choice([other.e164, other.international, other.national, other.plain])
                if other.e164[-8:] == it.e164[-8:] and reading(text, region) == other.e164:
                    self._add(
                        text,
                        region,
                        self.rng.choice(COUNTRIES[region]),
                        (other.e164,),
                        "same last eight elsewhere",
                        near=it.e164,
                    )
                    return True
        return False

    def _elsewhere(self, it: Written) -> bool:
        """The same text, national, of a contact in another country."""
        for region in self.rng.sample(list(COUNTRIES), len(COUNTRIES)):
            cc = PhoneMetadata.metadata_for_region(region).country_code
            if cc == it.number.country_code:
                continue
            text = self.rng.choice([it.national, it.plain, it.nsn])
            meant = reading(text, region)
            if meant and meant.startswith(f"+{cc}") and phonenumbers.is_possible_number(phonenumbers.parse(meant)):
                self._add(
                    text,
                    region,
                    self.rng.choice(COUNTRIES[region]),
                    (meant,),
                    "same national number elsewhere",
                    near=it.e164,
                )
                return True
        return False

    def _suffix(self, it: Written) -> bool:
        """Only the end of the number: without area code it could be anybody's."""
        text = it.nsn[-self.rng.choice([6, 7]) :]
        meant = reading(text, it.region)
        if len(it.nsn) < 9 or (meant and phonenumbers.is_valid_number(phonenumbers.parse(meant))) or text[0] == "0":
            return False
        text = self.rng.choice([text, grouped(self.rng, text), f"{text[:3]}-{text[3:]}"])
        self._add(text, it.region, self.rng.choice(COUNTRIES[it.region]), (), "only the end", near=it.e164)
        return True

    def _longer(self, it: Written) -> bool:
        """A number that begins or ends with this one."""
        extra = self.rng.choice("123456789")
        digits = it.nsn + extra if self.rng.random() < 0.5 else it.nsn[0] + extra + it.nsn[1:]
        return self._other(it, digits, "one digit more")

    def _as_extension(self, it: Written) -> bool:
        """A shorter number whose extension makes the digits of this one."""
        size = self.rng.choice([2, 3, 4])
        if len(it.nsn) - size < 6:
            return False
        text = f"+{it.cc} {it.nsn[:-size]} {self.rng.choice(['ext. ', 'ext ', 'Ext. '])}{it.nsn[-size:]}"
        meant = reading(text, it.region)
        if meant is None or meant == it.e164:
            return False
        self._add(
            text,
            it.region,
            self.rng.choice(COUNTRIES[it.region]),
            (meant,),
            "extension that completes it",
            near=it.e164,
        )
        return True


@dataclass
class Score:
    """Found, missed and wrong; `wrong` are answers that are not the caller's, `below` exact ones below inexact ones."""

    found: int = 0
    missed: list[tuple[str, Contact]] = field(default_factory=list)
    wrong: list[tuple[str, Contact | str]] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    doubled: list[tuple[str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.found + len(self.missed))

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + len(self.wrong))


def score(corpus: Corpus, answers: dict[str, list[dict]]) -> Score:
    """Counts answers, each the list of items for one caller, against what is true."""
    result = Score()
    for caller, items in answers.items():
        exact = [item["id"].lower() for item in items if item["matchedOn"] == "phone_exact"]
        grounds = [item["matchedOn"] == "phone_exact" for item in items]
        if grounds != sorted(grounds, reverse=True):
            result.below.append(caller)
        result.doubled += [(caller, id) for id in set(exact) if exact.count(id) > 1]
        wanted = corpus.truth[caller]
        result.found += len(wanted & set(exact))
        result.missed += [(caller, corpus.by_id[id]) for id in sorted(wanted - set(exact))]
        result.wrong += [(caller, corpus.by_id.get(id, id)) for id in sorted(set(exact) - wanted)]
    return result

"""Twilio's own RequestValidator as oracle, both ways.

What it signs the Gateway takes; and whatever the Gateway takes or refuses, the validator decides the same about it.
Each case of the signature rules is here, with its forgeries.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from gateway_process import (
    ACCOUNTS,
    FORM,
    NEXT_FLEX_TOKEN,
    PUBLIC_URL,
    TOKENS,
    Gateway,
    Parameters,
    form,
    reservation,
    sha256,
    sign,
)

TARGET = "/webhooks/twilio/flex/taskrouter"
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def gateway(shared_broker):
    with Gateway(shared_broker) as gateway:
        yield gateway.start()


@dataclass
class Case:
    """A request as it goes over the wire, and how it was signed."""

    name: str
    parameters: dict = field(default_factory=dict)
    query: str = ""
    signed_url: str | None = None
    signed_query: str | None = None
    signed_parameters: dict | None = None
    token: str = TOKENS["flex"]

    def url(self) -> str:
        query = self.query if self.signed_query is None else self.signed_query
        return self.signed_url or PUBLIC_URL + TARGET + query


GENUINE = [
    Case("plain"),
    Case("query", query="?a=b&c=%20d"),
    Case("query with an empty value and no value", query="?a=&b"),
    Case("repeated name", {"Tag": ["b", "a", "b"]}),
    Case("repeated name with equal values", {"Tag": ["a", "a"]}),
    Case("names with brackets and dots", {"List[]": ["2", "1"], "MessagingBinding.Address": "+34600111222"}),
    Case("empty value", {"Empty": ""}),
    Case("names that differ in case", {"abc": "1", "ABC": "2", "Abc": "3"}),
    Case("names one of which begins another", {"Name": "1", "NameX": "2", "Name2": "3"}),
    Case("spaces around and line breaks", {"Note": "  a\r\nb\t "}),
    Case("characters with a meaning in forms", {"Note": "a+b&c=d%20"}),
    Case("text outside ASCII", {"Note": "¿Qué tal? 🎧 中文 \u0301e"}),
    Case("no-break space and zero byte", {"Note": "a\u00a0b\u0000c"}),
    Case("secondary token", token=NEXT_FLEX_TOKEN),
    Case("standard port written out", signed_url=f"{PUBLIC_URL}:443{TARGET}"),
]

FORGED = [
    Case("no such token", token="guess"),
    Case("the other project's token", token=TOKENS["frontline"]),
    Case("another query", query="?a=b", signed_query="?a=c"),
    Case("another escape of the query", query="?a=%20", signed_query="?a=+"),
    Case("a query that was not signed", query="?a=b", signed_query=""),
    Case("another host", signed_url=f"https://evil.example{TARGET}"),
    Case("another scheme", signed_url=f"http://bus.example.com{TARGET}"),
    Case("another path", signed_url=f"{PUBLIC_URL}/webhooks/twilio/flex/voice"),
    Case("a parameter more", {"Extra": "1"}, signed_parameters={}),
    Case("a parameter less", {}, signed_parameters={"Extra": "1"}),
    Case("another value", {"Extra": "1"}, signed_parameters={"Extra": "2"}),
    Case("trimmed value", {"Extra": " a "}, signed_parameters={"Extra": "a"}),
    Case("one of two values", {"Tag": ["a", "b"]}, signed_parameters={"Tag": "a"}),
    Case("other case of a name", {"extra": "1"}, signed_parameters={"Extra": "1"}),
]


def request_of(case: Case) -> tuple[dict, bytes, str]:
    base = reservation(next(numbers))
    sent = base | case.parameters
    signed = sent if case.signed_parameters is None else base | case.signed_parameters
    return sent, form(sent), sign(case.url(), signed, case.token)


def validator_accepts(target: str, parameters: dict, signature: str) -> bool:
    validators = [RequestValidator(token) for token in (TOKENS["flex"], NEXT_FLEX_TOKEN)]
    received = Parameters(parameters)
    return any(validator.validate(PUBLIC_URL + target, received, signature) for validator in validators)


@pytest.mark.parametrize("case", GENUINE, ids=lambda case: case.name)
def test_what_the_library_signs_is_taken(gateway, case):
    sent, body, signature = request_of(case)
    assert validator_accepts(TARGET + case.query, sent, signature)
    answer = gateway.post(TARGET + case.query, body, signature)
    assert (answer.status_code, answer.text) == (204, "")


@pytest.mark.parametrize("case", FORGED, ids=lambda case: case.name)
def test_what_the_library_refuses_is_refused(gateway, case):
    sent, body, signature = request_of(case)
    assert not validator_accepts(TARGET + case.query, sent, signature)
    answer = gateway.post(TARGET + case.query, body, signature)
    assert (answer.status_code, answer.json()["code"]) == (403, "webhook.signature_invalid")


@pytest.mark.parametrize("signature", [None, "", "AAAA", "%%%", "é".encode().decode("latin-1")])
def test_a_signature_that_is_none_is_refused(gateway, signature):
    answer = gateway.post(TARGET, form(reservation(next(numbers))), signature)
    assert answer.status_code == 403


@pytest.mark.parametrize("position", range(0, 28, 5))
def test_every_part_of_the_signature_counts(gateway, position):
    parameters = reservation(next(numbers))
    good = sign(PUBLIC_URL + TARGET, parameters, TOKENS["flex"])
    other = "A" if good[position] != "A" else "B"
    bad = good[:position] + other + good[position + 1 :]
    assert not validator_accepts(TARGET, parameters, bad)
    assert gateway.post(TARGET, form(parameters), bad).status_code == 403


def json_body(number: int) -> bytes:
    return json.dumps(reservation(number), ensure_ascii=False).encode()


def test_json_is_taken_with_its_hash(gateway):
    body = json_body(next(numbers))
    target = f"{TARGET}?foo=1&bodySHA256={sha256(body)}"
    signature = sign(PUBLIC_URL + target, {}, TOKENS["flex"])
    assert RequestValidator(TOKENS["flex"]).validate(PUBLIC_URL + target, body.decode(), signature)
    assert gateway.post(target, body, signature, "application/json").status_code == 204


@pytest.mark.parametrize("forge", ["body", "hash", "case", "missing", "unsigned"])
def test_json_is_refused_with_another_hash(gateway, forge):
    body = json_body(next(numbers))
    digest = sha256(body)
    target = TARGET if forge == "missing" else f"{TARGET}?bodySHA256={digest}"
    signature = sign(PUBLIC_URL + target, {}, TOKENS["flex"])
    if forge == "body":
        body += b" "
    elif forge == "hash":
        target = f"{TARGET}?bodySHA256={sha256(b'other')}"
    elif forge == "case":
        target = f"{TARGET}?bodySHA256={digest.upper()}"
        signature = sign(PUBLIC_URL + target, {}, TOKENS["flex"])
    elif forge == "unsigned":
        signature = sign(PUBLIC_URL + TARGET, {}, TOKENS["flex"])
    answer = gateway.post(target, body, signature, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "webhook.signature_invalid")


@pytest.mark.parametrize(
    ("public_url", "signed"),
    [
        ("https://bus.example.com:8443", "https://bus.example.com:8443"),
        ("https://bus.example.com:8443", "https://bus.example.com"),
        ("https://bus.example.com", "https://bus.example.com:443"),
        ("http://bus.example.com", "http://bus.example.com:80"),
        ("https://user:pass@bus.example.com", "https://user:pass@bus.example.com"),
        ("https://example.com/patchbay", "https://example.com/patchbay"),
    ],
)
def test_ports_credentials_and_prefixes_of_the_public_url(shared_broker, public_url, signed):
    with Gateway(shared_broker, public_url, instance="other") as gateway:
        gateway.start()
        parameters = reservation(next(numbers))
        signature = sign(signed + TARGET, parameters, TOKENS["flex"])
        assert RequestValidator(TOKENS["flex"]).validate(public_url + TARGET, parameters, signature)
        assert gateway.post(TARGET, form(parameters), signature).status_code == 204
        wrong = sign(signed.replace("example.com", "example.org") + TARGET, parameters, TOKENS["flex"])
        assert gateway.post(TARGET, form(parameters), wrong).status_code == 403


def test_the_account_is_bound_to_the_route(gateway):
    parameters = reservation(next(numbers), AccountSid=ACCOUNTS["frontline"])
    signature = sign(PUBLIC_URL + TARGET, parameters, TOKENS["flex"])
    answer = gateway.post(TARGET, form(parameters), signature)
    assert (answer.status_code, answer.json()["code"]) == (403, "webhook.account_mismatch")


def test_on_an_alias_the_account_selects_the_token(gateway):
    alias = "/taskrouter-handler"
    for account, token, status in [
        (ACCOUNTS["flex"], TOKENS["flex"], 204),
        (ACCOUNTS["frontline"], TOKENS["frontline"], 204),
        (ACCOUNTS["frontline"], TOKENS["flex"], 403),
        ("AC" + "9" * 32, TOKENS["flex"], 403),
    ]:
        parameters = reservation(next(numbers), AccountSid=account)
        signature = sign(PUBLIC_URL + alias, parameters, token)
        assert gateway.post(alias, form(parameters), signature).status_code == status


names = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=12)
extras = st.dictionaries(names, st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=3))


@hypothesis_settings(max_examples=150)
@given(extra=extras, flips=st.booleans())
def test_any_form_is_judged_as_the_library_judges_it(gateway, extra, flips):
    parameters = extra | reservation(next(numbers))
    signature = sign(PUBLIC_URL + TARGET, parameters, TOKENS["flex"])
    body = form(parameters)
    if flips:
        body += b"&Late=1"
        parameters = parameters | {"Late": "1"}
    # The library sees what a Python web framework would hand it.
    received: dict[str, list[str]] = {}
    for key, value in parse_qsl(body.decode(), keep_blank_values=True):
        received.setdefault(key, []).append(value)
    expected = 204 if validator_accepts(TARGET, received, signature) else 403
    assert expected == (403 if flips else 204)
    assert gateway.post(TARGET, body, signature, FORM).status_code == expected

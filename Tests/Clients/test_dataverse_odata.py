"""The Sandbox's Dataverse, asked by OData clients from PyPI that were written for real services.

`python-odata` reads `$metadata`, makes its classes of it, and queries, pages, creates and updates with them.
`odata-query` takes the filters of the tests apart with its own grammar, by which the tests know which rows are meant.
What no client does (versions of rows, upsert, the shape of errors) is asked with plain requests.
"""

from __future__ import annotations

import random
import re
import uuid
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import requests
from dataverse_process import CLIENT_ID, SECRET, Dataverse
from odata import ODataService
from odata.exceptions import ODataError
from odata.flags import ODataServerFlags
from odata_query import ast
from odata_query.grammar import ODataLexer, ODataParser

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
EDMX = "{http://docs.oasis-open.org/odata/ns/edmx}"
TABLES = {"contacts", "accounts", "incidents", "phonecalls", "products", "subjects", "systemusers"}
# What filters look for in the columns: hits and misses, in another case, quoted, with what URLs and patterns would change.
TEXTS = {
    "firstname": ["ana", "Bo", "O''Brien", "E", "'' or 1 eq 1", "an"],
    "lastname": ["Number0", "number1", "7", "ER2", "Nobody"],
    "telephone1": ["+34", "600", "(600) ", "0034 600", " ", "3", "+34600", "(", "&"],
    "mobilephone": ["+44 7700 900123", "7700", "+44", "9", "#"],
    "address1_country": ["spain", "ES", "ce", "france"],
}
COLUMNS = list(TEXTS)

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def dataverse():
    with Dataverse() as dataverse:
        dataverse.rows("contacts", people())
        yield dataverse


def people() -> list[dict]:
    rng = random.Random(4)
    rows = []
    for n in range(240):
        row = {
            "contactid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "firstname": rng.choice(["Ana", "Bo", "O'Brien", "Eve", "anabel"]),
            "lastname": f"Number{n:03d}",
            "telephone1": rng.choice(["+34600", "0034 600", "600", "(600) "]) + f"{rng.randrange(1000):03d}{n:03d}",
            "address1_country": rng.choice(["Spain", "ES", "France"]),
        }
        if rng.random() < 0.5:
            row["mobilephone"] = f"+44 7700 900{n:03d}"
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def service(dataverse) -> ODataService:
    flags = ODataServerFlags(skip_null_properties=True, provide_odata_type_annotation=False)
    return ODataService(
        dataverse.api,
        reflect_entities=True,
        session=dataverse.session(Prefer="odata.maxpagesize=50"),
        quiet_progress=True,
        server_flags=flags,
    )


# What python-odata does


def test_a_foreign_client_makes_its_classes_of_the_metadata(service):
    assert TABLES <= set(service.entities)
    contact = service.entities["contacts"]
    keys = [name for name, property in vars(contact.__mro__[1]).items() if getattr(property, "primary_key", False)]
    assert keys == ["contactid"]
    assert {"telephone1", "mobilephone", "address1_country"} <= set(vars(contact.__mro__[1]))
    phonecall = vars(service.entities["phonecalls"].__mro__[1])
    assert "activityid" in phonecall and type(phonecall["actualdurationminutes"]).__name__ == "IntegerProperty"
    assert type(phonecall["directioncode"]).__name__ == "BooleanProperty"
    assert type(phonecall["actualstart"]).__name__ == "DatetimeProperty"


def test_a_foreign_client_filters_orders_selects_and_limits(service):
    contact = service.entities["contacts"]
    rows = people()
    found = service.query(contact).filter(contact.firstname == "O'Brien").order_by(contact.lastname.desc()).all()
    wanted = sorted((row["lastname"] for row in rows if row["firstname"] == "O'Brien"), reverse=True)
    assert [one.lastname for one in found] == wanted and wanted
    some = service.query(contact).filter(
        (contact.telephone1.startswith("+34")) | (contact.telephone1.contains("034 6"))
    )
    assert {one.contactid for one in some} == {
        row["contactid"] for row in rows if row["telephone1"].startswith("+34") or "034 6" in row["telephone1"]
    }
    few = service.query(contact).select(contact.lastname).order_by(contact.lastname.asc()).limit(3).all()
    assert [row["lastname"] for row in few] == ["Number000", "Number001", "Number002"]
    assert all("telephone1" not in row and "contactid" in row for row in few), "the key comes along, nothing else does"
    assert service.query(contact).filter(contact.mobilephone.is_null()).count() == sum(
        "mobilephone" not in r for r in rows
    )


def test_a_foreign_client_follows_all_pages_and_sees_each_row_once(service):
    contact = service.entities["contacts"]
    found = [one.contactid for one in service.query(contact)]
    assert len(found) == len(set(found)) == len(people())
    assert {str(id) for id in found} == {row["contactid"] for row in people()}


def test_a_foreign_client_creates_updates_and_deletes(service, dataverse):
    incident, contact = service.entities["incidents"], service.entities["contacts"]
    customer = service.query(contact).filter(contact.lastname == "Number007").one()
    session = dataverse.session(Prefer="return=representation")
    context = service.create_context(session=session)
    new = contact()
    new.firstname, new.lastname, new.telephone1 = "Théa", "d'Été & Söhne", "+33 6 12 34 56 78"
    context.save(new)
    assert new.contactid and new.lastname == "d'Été & Söhne"
    new.telephone1 = "06 12 34 56 79"
    context.save(new)
    (again,) = service.query(contact).filter(contact.lastname == "d'Été & Söhne").all()
    assert (again.contactid, again.telephone1) == (new.contactid, "06 12 34 56 79")
    made = session.post(
        dataverse.api + incident.__odata_collection__,
        json={"title": "Broken", "customerid_contact@odata.bind": f"/contacts({customer.contactid})"},
        timeout=30,
    )
    assert made.status_code == 201, made.text
    case = service.query(incident).filter(incident.incidentid == made.json()["incidentid"]).one()
    assert case.title == "Broken" and case.ticketnumber
    context.delete(again)
    assert service.query(contact).filter(contact.lastname == "d'Été & Söhne").all() == []


def test_a_foreign_client_understands_the_errors(service, dataverse):
    contact = service.entities["contacts"]
    with pytest.raises(ODataError) as caught:
        service.query(contact).raw({"$filter": "nosuchcolumn eq 'x'"})
    assert caught.value.status_code == "HTTP 400" and re.fullmatch("0x[0-9A-Fa-f]{8}", caught.value.code)
    assert "nosuchcolumn" in caught.value.message
    stranger = service.create_context(session=requests.Session())
    with pytest.raises(ODataError) as caught:
        list(stranger.query(contact))
    assert caught.value.status_code == "HTTP 401"


# What a filter means by odata-query's grammar


def filters(rng: random.Random, depth: int = 0) -> str:
    if depth < 3 and rng.random() < 0.5:
        parts = [filters(rng, depth + 1) for _ in range(rng.randint(2, 3))]
        return "(" + f" {rng.choice(['and', 'or'])} ".join(parts) + ")"
    column = rng.choice(COLUMNS)
    text = rng.choice(TEXTS[column])
    kind = rng.randrange(6)
    if kind == 0:
        return f"{column} {rng.choice(['eq', 'ne'])} null"
    if kind == 1:
        return f"{column} eq '{text}'"
    return f"{rng.choice(['contains', 'startswith', 'endswith'])}({column},'{text}')"


def holds(node, row: dict) -> bool:
    """Whether a filter, as `odata-query` has taken it apart, is true of a row; texts have no case to Dataverse."""
    if isinstance(node, ast.BoolOp):
        sides = holds(node.left, row), holds(node.right, row)
        return all(sides) if isinstance(node.op, ast.And) else any(sides)
    if isinstance(node, ast.Compare):
        value = row.get(node.left.name)
        other = None if isinstance(node.right, ast.Null) else node.right.val
        same = value == other if value is None or other is None else value.lower() == other.lower()
        return same == isinstance(node.comparator, ast.Eq)
    column, text = node.args
    value, part = (row.get(column.name) or "").lower(), text.val.lower()
    found = {"contains": part in value, "startswith": value.startswith(part), "endswith": value.endswith(part)}
    return bool(value) and found[node.func.name]


def test_random_filters_mean_the_same_to_another_grammar(dataverse):
    rows, known = people(), {row["contactid"] for row in people()}
    seed = random.Random(11)
    session, sizes = dataverse.session(), []
    for _ in range(200):
        filter = filters(seed)
        tree = ODataParser().parse(ODataLexer().tokenize(filter))
        meant = {row["contactid"] for row in rows if holds(tree, row)}
        url = f"{dataverse.api}contacts?$select=contactid&$filter={quote(filter, safe='')}"
        answer = session.get(url, timeout=30)
        assert answer.status_code == 200, (filter, answer.text)
        said = {row["contactid"] for row in answer.json()["value"]} & known
        assert said == meant, f"seed 11: {filter}\nonly there {said - meant}, missing {meant - said}"
        sizes.append(len(meant))
    assert sum(0 < size < len(rows) for size in sizes) > 60, "most filters said nothing"


# What the metadata must be


def test_the_metadata_is_a_sound_model(dataverse):
    answer = dataverse.session(Accept="application/xml").get(dataverse.api + "$metadata", timeout=30)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{EDMX}Edmx" and root.get("Version") == "4.0"
    (schema,) = root.findall(f"{EDMX}DataServices/{EDM}Schema")
    assert schema.get("Namespace") == "Microsoft.Dynamics.CRM"
    names = {schema.get("Namespace"), schema.get("Alias")} - {None}
    types = {one.get("Name"): one for one in schema.findall(f"{EDM}EntityType")}
    assert len(types) == len(schema.findall(f"{EDM}EntityType"))
    primitive = {
        "Edm." + n
        for n in (
            "String",
            "Guid",
            "Int32",
            "Int64",
            "Boolean",
            "DateTimeOffset",
            "Date",
            "Decimal",
            "Double",
            "Binary",
        )
    }

    def type_named(text: str) -> ElementTree.Element:
        plain = re.sub(r"^Collection\((.*)\)$", r"\1", text)
        namespace, _, name = plain.rpartition(".")
        assert namespace in names and name in types, text
        return types[name]

    def chain(element: ElementTree.Element) -> list[ElementTree.Element]:
        base = element.get("BaseType")
        return [element] + (chain(type_named(base)) if base else [])

    for name, element in types.items():
        lineage = chain(element)
        members = [one for part in lineage for one in part if one.tag in (f"{EDM}Property", f"{EDM}NavigationProperty")]
        member_names = [one.get("Name") for one in members]
        assert len(member_names) == len(set(member_names)), name
        assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) for text in [name, *member_names])
        properties = {one.get("Name"): one for one in members if one.tag == f"{EDM}Property"}
        assert {one.get("Type") for one in properties.values()} <= primitive, name
        keys = [ref.get("Name") for part in lineage for ref in part.findall(f"{EDM}Key/{EDM}PropertyRef")]
        if element.get("Abstract") != "true":
            (key,) = keys
            assert properties[key].get("Nullable") == "false" and properties[key].get("Type") == "Edm.Guid"
        for navigation in (one for one in members if one.tag == f"{EDM}NavigationProperty"):
            target = type_named(navigation.get("Type"))
            for constraint in navigation.findall(f"{EDM}ReferentialConstraint"):
                assert constraint.get("Property") in properties, (name, constraint.attrib)
                assert constraint.get("ReferencedProperty") in {
                    one.get("Name") for part in chain(target) for one in part.findall(f"{EDM}Property")
                }
    (container,) = schema.findall(f"{EDM}EntityContainer")
    sets = {one.get("Name"): one for one in container.findall(f"{EDM}EntitySet")}
    assert TABLES <= set(sets)
    for one in sets.values():
        owner = type_named(one.get("EntityType"))
        navigations = {n.get("Name") for part in chain(owner) for n in part.findall(f"{EDM}NavigationProperty")}
        for binding in one.findall(f"{EDM}NavigationPropertyBinding"):
            assert binding.get("Target") in sets and binding.get("Path") in navigations, binding.attrib
    call = {n.get("Name") for part in chain(types["phonecall"]) for n in part.findall(f"{EDM}NavigationProperty")}
    assert {
        "regardingobjectid_contact_phonecall",
        "regardingobjectid_incident_phonecall",
        "phonecall_activity_parties",
    } <= call
    case = {n.get("Name") for part in chain(types["incident"]) for n in part.findall(f"{EDM}NavigationProperty")}
    assert {"customerid_contact", "customerid_account", "subjectid", "productid", "primarycontactid"} <= case


# What is asked with plain requests


def test_tokens_are_given_to_the_application_and_to_nobody_else(dataverse):
    for version in ("v2.0/", ""):
        given = dataverse.token(version)
        assert (
            given.status_code == 200 and given.json()["token_type"] == "Bearer" and int(given.json()["expires_in"]) > 0
        )
        who = requests.get(
            dataverse.api + "WhoAmI", headers={"Authorization": f"Bearer {given.json()['access_token']}"}, timeout=30
        )
        assert who.status_code == 200 and uuid.UUID(who.json()["UserId"])
    for form, status, error in [
        ({"client_secret": SECRET + "x"}, 401, "invalid_client"),
        ({"client_id": CLIENT_ID.replace("c1", "d1")}, 400, "unauthorized_client"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "ana@x.example", "password": "guess"}, 400, "invalid_grant"),
    ]:
        refused = dataverse.token(**form)
        assert (refused.status_code, refused.json()["error"]) == (status, error), refused.text
        assert "access_token" not in refused.text and SECRET not in refused.text
    for authorization in ("Bearer nonsense", "Basic YTpi", ""):
        answer = requests.get(dataverse.api + "contacts", headers={"Authorization": authorization}, timeout=30)
        assert answer.status_code == 401 and "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_plus_that_is_not_escaped_is_a_space_and_a_quote_is_doubled(dataverse):
    session = dataverse.session()
    row = next(row for row in people() if row["telephone1"].startswith("+34"))
    url = f"{dataverse.api}contacts?$select=contactid&$filter=telephone1 eq "
    hit = session.get(url + quote(f"'{row['telephone1']}'", safe=""), timeout=30).json()["value"]
    assert row["contactid"] in {one["contactid"] for one in hit}
    assert session.get(url + f"'{row['telephone1']}'", timeout=30).json()["value"] == [], "a + in an address is a space"
    broken = session.get(f"{dataverse.api}contacts?$filter=lastname eq 'O'Brien'", timeout=30)
    assert broken.status_code == 400 and set(broken.json()["error"]) >= {"code", "message"}


def test_versions_and_upserts_decide_who_writes(dataverse):
    session = dataverse.session(Content_Type="application/json")
    id = str(uuid.uuid4())
    url = f"{dataverse.api}contacts({id})"

    def patch(body: dict, **headers: str) -> requests.Response:
        return session.patch(url, json=body, headers={n.replace("_", "-"): v for n, v in headers.items()}, timeout=30)

    assert patch({"lastname": "Nobody"}, If_Match="*").status_code == 404
    made = patch({"lastname": "First"}, If_None_Match="*")
    assert made.status_code == 204 and made.headers["OData-EntityId"].endswith(f"contacts({id})")
    assert patch({"lastname": "Second"}, If_None_Match="*").status_code == 412
    row = session.get(url + "?$select=lastname", timeout=30)
    etag = row.json()["@odata.etag"]
    assert row.json()["lastname"] == "First" and re.fullmatch(r'W/"\d+"', etag)
    assert session.get(url, headers={"If-None-Match": etag}, timeout=30).status_code == 304
    changed = patch({"lastname": "Third"}, If_Match=etag, Prefer="return=representation")
    assert changed.status_code == 200 and changed.json()["lastname"] == "Third"
    stale = patch({"lastname": "Fourth"}, If_Match=etag)
    assert stale.status_code == 412 and stale.json()["error"]["code"] == "0x80060882"
    assert session.get(url, timeout=30).json()["lastname"] == "Third"
    assert patch({"lastname": "Fifth"}).status_code == 204, "without a condition it is an upsert"
    assert session.get(f"{dataverse.api}contacts({uuid.uuid4()})", timeout=30).status_code == 404


def test_a_page_ends_in_a_link_that_goes_on_as_it_is(dataverse):
    session = dataverse.session(Prefer='odata.maxpagesize=100,odata.include-annotations="*"')
    url, seen, pages = f"{dataverse.api}contacts?$select=lastname&$orderby=lastname desc&$count=true", [], 0
    while url:
        page = session.get(url, timeout=30)
        assert page.status_code == 200 and len(page.json()["value"]) <= 100
        assert page.headers["OData-Version"] == "4.0"
        pages += 1
        seen += [row["lastname"] for row in page.json()["value"]]
        if pages == 1:
            assert page.json()["@odata.count"] >= len(people())
        url = page.json().get("@odata.nextLink")
        assert not url or url.startswith(dataverse.api)
    assert pages >= 3 and len(seen) >= len(people()) and seen == sorted(seen, key=str.casefold, reverse=True)
    forged = session.get(f"{dataverse.api}contacts?$skiptoken=nonsense", timeout=30)
    assert forged.status_code == 400

"""Import, undo and export, bulk edits, difference and history of the directory, over a real Broker."""

from __future__ import annotations

import csv
import io
import json

import pytest

from extensions_stack import AGENT, OTHER, ExtensionsStack, record, worker

HEADER = "extension,type,worker_sid,worker_name,queue,number,spoken_name,team"


@pytest.fixture(scope="module")
def stack():
    with ExtensionsStack() as stack:
        yield stack


@pytest.fixture(autouse=True)
def empty(request):
    if "stack" in request.fixturenames:
        stack = request.getfixturevalue("stack")
        answer = load(stack, [], mode="replace", format="json")
        assert answer.status == 200, answer


def load(stack, body, format="csv", actor=None, deadline_ms=29_000, **query):
    body = body if isinstance(body, str) else json.dumps(body)
    if_match = query.pop("if_match", None) or (stack.draft_tag() if query.get("mode") == "replace" else None)
    return stack.api(
        "POST", "extensions/import", body, query={"format": format} | query, content_type="text/csv",
        deadline_ms=deadline_ms, if_match=if_match, **({"actor": actor} if actor else {}),
    )  # fmt: skip


def row(extension: str, number: int, name: str = "Ana", team: str = "") -> str:
    return f"{extension},worker,{worker(number)},{name},,,{name},{team}"


def export(stack, **query) -> str:
    pieces, cursor = [], None
    while True:
        request = {"method": "GET", "path": "/v1/extensions/export", "actor": AGENT}
        request["query"] = query | ({"cursor": cursor} if cursor else {})
        answer = json.loads(stack.bus.call("extensions.api", json.dumps(request).encode(), 20_000))
        assert answer["status"] == 200, answer
        pieces.append(answer["body"])
        cursor = answer.get("next")
        if not cursor:
            return "".join(pieces)


def content(records: list[dict]) -> list[dict]:
    names = ("extension", "target", "spokenName", "fallback", "validUntil", "team")
    return [{name: item[name] for name in names} for item in records]


def test_csv_is_tried_imported_and_undone(stack):
    stack.create("2000", 1, name="Old")
    stack.create("2009", 9, name="Stays")
    text = "\n".join([HEADER, row("2000", 1, "New"), row("0042", 2), "2001,queue,,,Sales,,Sales,"])
    dry = load(stack, text, dryRun="true")
    assert dry.status == 200 and dry["dryRun"] is True and "batch" not in dry.body
    assert dry["counts"] == {"created": 2, "updated": 1, "unchanged": 0, "deleted": 0, "refused": 0}
    assert len(stack.listed()) == 2
    done = load(stack, text)
    assert done["counts"] == dry["counts"] and done["batch"]
    assert [(r["extension"], r["spokenName"]) for r in stack.listed()] == [
        ("0042", "Ana"), ("2000", "New"), ("2001", "Sales"), ("2009", "Stays"),
    ]  # fmt: skip
    again = load(stack, text)
    assert again["counts"]["unchanged"] == 3 and "batch" not in again.body
    undone = stack.api("POST", f"extensions/imports/{done['batch']}/undo", {})
    assert undone.status == 200 and undone["counts"] == {"created": 0, "updated": 1, "deleted": 2}
    assert [(r["extension"], r["spokenName"]) for r in stack.listed()] == [("2000", "Old"), ("2009", "Stays")]
    redone = stack.api("POST", f"extensions/imports/{undone['batch']}/undo", {})
    assert redone.status == 200 and len(stack.listed()) == 4


def test_undo_refuses_where_somebody_has_worked_on(stack):
    done = load(stack, "\n".join([HEADER, row("2000", 1), row("2001", 2)]))
    item = stack.listed()[0]
    changed = record("2000", 1, name="Changed")
    assert stack.api("PUT", f"extensions/{item['id']}", changed, OTHER, f'"{item["revision"]}"').status == 200
    refused = stack.api("POST", f"extensions/imports/{done['batch']}/undo", {})
    assert (refused.status, refused["code"], refused["count"]) == (409, "extensions.undo_conflict", 1)
    assert len(stack.listed()) == 2
    assert stack.api("POST", "extensions/imports/none/undo", {}).status == 404


def test_replace_deletes_the_rest_and_undo_brings_it_back_by_its_id(stack):
    kept = stack.create("2000", 1)
    lost = stack.create("2001", 2)
    done = load(stack, "\n".join([HEADER, row("2000", 1, "Agent 1")]), mode="replace")
    assert done["counts"] == {"created": 0, "updated": 0, "unchanged": 1, "deleted": 1, "refused": 0}
    assert [r["id"] for r in stack.listed()] == [kept["id"]]
    assert stack.api("POST", f"extensions/imports/{done['batch']}/undo", {}).status == 200
    assert [r["id"] for r in stack.listed()] == [kept["id"], lost["id"]]


def test_replacing_needs_the_draft_that_was_seen(stack):
    """What somebody else has entered since the report is not deleted unseen."""
    text = "\n".join([HEADER, row("2000", 1)])
    blind = stack.api("POST", "extensions/import", text, query={"mode": "replace"}, content_type="text/csv")
    assert (blind.status, blind["code"]) == (428, "extensions.if_match_required")
    dry = load(stack, text, mode="replace", dryRun="true")
    stack.create("2001", 2)
    stale = load(stack, text, mode="replace", if_match=f'"d{dry["revision"]}"')
    assert (stale.status, stale["code"], stale["current"]) == (412, "extensions.draft_changed", stack.api("GET", "extensions")["draft"]["etag"])
    assert [r["extension"] for r in stack.listed()] == ["2001"]
    stale = load(stack, text, if_match=f'"d{dry["revision"]}"')
    assert stale.status == 412, "a merge that names a draft means it"
    assert load(stack, text, mode="replace", if_match=stale["current"]).status == 200
    assert [r["extension"] for r in stack.listed()] == ["2000"]


def test_all_or_nothing_unless_partial(stack):
    text = "\n".join([HEADER, row("2000", 1), row("12", 2), row("2000", 3), row("2002", 1), row("200", 4)])
    refused = load(stack, text)
    assert refused.status == 422 and refused["counts"]["refused"] >= 4 and stack.listed() == []
    errors = {r["row"]: [e["code"] for e in r["errors"]] for r in refused["rows"] if r["outcome"] == "refused"}
    assert errors[3] == ["extensions.number_length"]
    assert errors[4] == ["extensions.row_repeated"]
    assert errors[5] == ["extensions.worker_taken"]
    assert "extensions.number_ambiguous" in errors[6]
    partial = load(stack, "\n".join([HEADER, row("2000", 1), row("12", 2), row("2002", 3)]), partial="true")
    assert partial.status == 200
    assert partial["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "deleted": 0, "refused": 1}
    assert [r["extension"] for r in stack.listed()] == ["2000", "2002"]


def test_workers_can_swap_their_extensions(stack):
    load(stack, "\n".join([HEADER, row("2000", 1), row("2001", 2)]))
    assert load(stack, "\n".join([HEADER, row("2000", 2), row("2001", 1)]))["counts"]["updated"] == 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("\ufeffextension;type;queue\r\n2000;queue;Sales\r\n2001;queue;Care\r\n", 2),
        ("extension\ttype\tqueue\n2000\tqueue\tSales", 1),
        ('extension,queue,spoken_name\n2000,"Sales, West","Says ""hello"""\n', 1),
        ('extension,queue,spoken_name\r\n"2000","Sales\r\nWest",x\r\n', None),
        ("extension,queue\r2000,Sales\r2001,Care\r", 2),
        ("extension,queue\n\n2000,Sales\n\n\n2001,Care\n\n", 2),
        ("Extension Number,Worker SID,Worker Full Name,mapKey\n2000," + worker(1) + ",Ana,x\n", 1),
        ("queue,extension\nSales,0000\n", 1),
        ("extension,queue,team\n2000,Sales,\n", 1),
        ("extension,queue,team,fallback_queue\r" + "".join(f"{n},Q,,\r" for n in range(2000, 2600)), 600),
    ],
)
def test_csv_of_many_kinds_is_read(stack, text, count):
    answer = load(stack, text)
    if count is None:  # a line break inside a name is no name
        assert answer["rows"][0]["errors"][0]["code"] == "extensions.text_characters"
    else:
        assert answer.status == 200 and answer["counts"]["created"] == count, answer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "extensions.csv_header"),
        ("\n\n", "extensions.csv_header"),
        ("2000,Sales\n", "extensions.csv_header"),
        ("extension,queue,queue\n", "extensions.csv_header"),
        ("extension,colour\n2000,red\n", "extensions.csv_header"),
        ('extension,queue\n2000,"Sales\n', "extensions.csv_quotes"),
        ('extension,queue\n2000,Sa"les"x\n', "extensions.csv_quotes"),
        ('extension,queue\n2000,"Sales"x"\n,"', "extensions.csv_quotes"),
        ("extension,queue\n" + "," * 5_000 + "\n", "extensions.csv_columns"),
        ("extension\n" + "1\n" * 100_010, "extensions.import_rows"),
        ("extension\r" + "1\r" * 100_010, "extensions.import_rows"),
        ("extension,queue\n2000,\u0000\n", "extensions.csv_encoding"),
    ],
)
def test_malformed_csv_is_refused_as_a_whole(stack, text, code):
    answer = load(stack, text)
    assert (answer.status, answer["code"]) == (422, code), answer


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("2000,Sales,x,y", "extensions.row_cells"),
        ("2000", "extensions.row_cells"),
        ("2000,,x", "extensions.required"),
        (",Sales,x", "extensions.number_digits"),
        (" 20 00 ,Sales,x", "extensions.number_digits"),
        ("2000," + "x" * 1_000_000 + ",x", "extensions.text_length"),
    ],
)
def test_malformed_rows_are_named(stack, cells, code):
    answer = load(stack, f"extension,queue,spoken_name\n{cells}\n")
    assert answer.status == 422, answer
    [refused] = answer["rows"]
    assert refused["row"] == 2 and code in [error["code"] for error in refused["errors"]], refused


def test_other_encodings_are_refused(stack):
    import base64

    for data in ("extension,queue\n2000,Añil\n".encode("latin-1"), "extension,queue\n2000,x\n".encode("utf-16")):
        request = {"method": "POST", "path": "/v1/extensions/import", "query": {"format": "csv"}}
        request |= {"actor": {"sub": "u", "name": "u", "role": "admin"}, "bodyBase64": base64.b64encode(data).decode()}
        answer = json.loads(stack.bus.call("extensions.api", json.dumps(request).encode()))
        assert answer["status"] == 422 and "csv_encoding" in answer["body"]


HOSTILE = ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "'quoted", "''=x", "<script>alert(1)</script>", '"', "a,b", "a;b", "'=1",
           "Ñandú & Söhne", "😀 name", "x" * 200]  # fmt: skip


def test_hostile_names_come_back_as_they_were_and_run_in_no_spreadsheet(stack):
    for number, name in enumerate(HOSTILE):
        stack.create(f"3{number:03}", number, name=name)
    before = content(stack.listed())
    text = export(stack)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert not [cell for line in rows[1:] for cell in line if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert load(stack, text, mode="replace")["counts"]["unchanged"] == len(HOSTILE)
    load(stack, [], mode="replace", format="json")
    assert load(stack, text)["counts"]["created"] == len(HOSTILE)
    assert content(stack.listed()) == before


def test_export_gives_the_same_directory_back(stack):
    stack.create("0042", 1, validUntil="2031-01-31T18:00:00Z", team="care", fallback={"type": "number", "number": "+34912345678"})
    body = {"extension": "2000", "target": {"type": "number", "number": "+14155550123"}, "spokenName": "Desk"}
    assert stack.api("POST", "extensions", body).status == 201
    body = {"extension": "2001", "target": {"type": "queue", "queue": "Q"}, "fallback": record("1", 5)["target"]}
    assert stack.api("POST", "extensions", body).status == 201
    before = content(stack.listed())
    for format in ("csv", "json"):
        text = export(stack, format=format)
        load(stack, [], mode="replace", format="json")
        assert load(stack, text, format=format)["counts"]["created"] == 3
        assert content(stack.listed()) == before
    assert json.loads(export(stack, format="json")) == before


def test_a_version_is_exported(stack):
    stack.create("2000", 1)
    stack.publish()
    stack.wait_for_publish()
    version = stack.published()["version"]
    stack.create("2001", 2)
    assert [r["extension"] for r in json.loads(export(stack, format="json", version=str(version)))] == ["2000"]
    assert stack.api("GET", "extensions/export", query={"version": "999"}).status == 404


def test_the_samples_export_is_read(stack):
    rows = [{"workerFullName": "Ana", "extensionNumber": "0077", "workerSid": worker(1), "mapKey": "x"},
            {"workerFullName": "Ben", "extensionNumber": 2001, "workerSid": worker(2)}]  # fmt: skip
    assert load(stack, rows, format="json")["counts"]["created"] == 2
    assert [r["extension"] for r in stack.listed()] == ["0077", "2001"]


def test_absent_columns_stay_and_empty_cells_clear(stack):
    stack.create("2000", 1, team="care", fallback={"type": "queue", "queue": "Q"})
    assert load(stack, "extension,spoken_name\n2000,Other\n")["counts"]["updated"] == 1
    [item] = stack.listed()
    assert item["team"] == "care" and item["fallback"] and item["spokenName"] == "Other"
    load(stack, "extension,team,fallback_queue\n2000,,\n")
    [item] = stack.listed()
    assert item["team"] is None and item["fallback"] is None


def test_bulk_is_all_or_nothing(stack):
    first, second = stack.create("2000", 1), stack.create("2001", 2)
    swap = {
        "changes": [
            {"op": "update", "id": first["id"], "revision": first["revision"], "record": record("2001", 1)},
            {"op": "update", "id": second["id"], "revision": second["revision"], "record": record("2000", 2)},
            {"op": "create", "record": record("2002", 3)},
        ]
    }
    done = stack.api("POST", "extensions/bulk", swap)
    assert done.status == 200 and [item["extension"] for item in done["items"]] == ["2001", "2000", "2002"]
    again = stack.api("POST", "extensions/bulk", swap)
    assert again.status == 412 and [(e["index"], e["status"]) for e in again["errors"]] == [(0, 412), (1, 412), (2, 409)]
    gone = {"changes": [{"op": "delete", "id": i["id"], "revision": i["revision"]} for i in done["items"]]}
    assert stack.api("POST", "extensions/bulk", gone)["items"] == [None] * 3
    assert stack.api("POST", "extensions/bulk", {"changes": [{"op": "fly"}]}).status == 400
    assert stack.api("POST", "extensions/bulk", {"changes": []}).status == 400
    assert stack.api("POST", "extensions/bulk", {"changes": [{"op": "create", "record": 1}]}).status == 422


def test_a_thousand_edits_are_one_change(stack):
    changes = [{"op": "create", "record": record(f"{n:04}", n)} for n in range(2000, 3000)]
    done = stack.api("POST", "extensions/bulk", {"changes": changes})
    assert done.status == 200, done
    assert len(stack.listed()) == 1000
    history = stack.api("GET", "extensions/history", query={"limit": 1})["items"]
    assert history[0]["revision"] == done["revision"] and history[0]["count"] == 1000


def test_difference_and_history(stack):
    stack.publish()
    stack.wait_for_publish()
    kept, changed, gone = (stack.create(f"200{n}", n) for n in (1, 2, 3))
    stack.publish()
    stack.wait_for_publish()
    assert stack.api("GET", "extensions/diff")["counts"] == {"added": 0, "removed": 0, "changed": 0}
    stack.api("PUT", f"extensions/{changed['id']}", record("2002", 2, name="New"), OTHER, changed.etag)
    stack.api("DELETE", f"extensions/{gone['id']}", if_match=gone.etag)
    stack.create("2009", 9)
    diff = stack.api("GET", "extensions/diff", actor=AGENT)
    assert [r["extension"] for r in diff["added"]] == ["2009"]
    assert [r["extension"] for r in diff["removed"]] == ["2003"]
    assert [(c["before"]["spokenName"], c["after"]["spokenName"]) for c in diff["changed"]] == [("Agent 2", "New")]
    assert diff["draft"]["changes"] == 3 and diff.etag.startswith(diff["draft"]["etag"][:-1])

    page = stack.api("GET", "extensions/history", query={"limit": 2})
    assert [c["after"]["extension"] if c["after"] else None for i in page["items"] for c in i["changes"]] == ["2009", None]
    older = stack.api("GET", "extensions/history", query={"limit": 1, "cursor": page["nextCursor"]})
    assert older["items"][0]["actor"]["name"] == "Omar" and older["items"][0]["at"] and older["items"][0]["offset"]
    own = stack.api("GET", "extensions/history", query={"id": changed["id"]})
    assert [c["after"]["spokenName"] for i in own["items"] for c in i["changes"]] == ["New", "Agent 2"]

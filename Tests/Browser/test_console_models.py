"""The console's pure modules, run in the browser: merge, rules, directory, order, event stream, connection, publish."""

from __future__ import annotations

import json
import random

import pytest

from console_sources import NOWHERE, serve_files

SEEDS = range(20)
FIELDS = ["extension", "target", "spokenName", "fallback", "validUntil", "team"]
SID = "WK" + "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def call(browser):
    """Calls `run(module, argument)` in the page: `module` are the exports of a file of js/model or of what is shared."""
    page = browser.new_page()
    serve_files(page)
    page.goto(f"{NOWHERE}/console/index.html")

    def call(module: str, run: str, argument=None):
        script = f"async ([path, argument]) => ({run})(await import(path), argument)"
        folder = "shared/js" if module in ("link", "sse") else "console/js/model"
        return page.evaluate(script, [f"/{folder}/{module}.js", argument])

    yield call
    page.close()


def worker(number: int) -> dict:
    return {"type": "worker", "workerSid": f"WK{number:032x}", "workerName": f"Worker {number}"}


def record(number: int = 1, **more) -> dict:
    content = {
        "id": f"ex_{number:016x}", "extension": f"{1000 + number}", "target": worker(number), "spokenName": f"Worker {number}",
        "fallback": None, "validUntil": None, "team": None, "revision": 1, "status": "published", "problems": [],
    }  # fmt: skip
    return content | more


# Merge


def compare(call, base, theirs, mine):
    return {row["field"]: row for row in call("merge", "(m, a) => m.compare(...a)", [base, theirs, mine])}


def test_what_only_one_side_changed_is_taken_and_nobody_is_asked(call):
    rows = compare(call, record(), record(team="Sales"), record(spokenName="Ana"))
    assert (rows["team"]["state"], rows["team"]["choice"]) == ("theirs", "theirs")
    assert (rows["spokenName"]["state"], rows["spokenName"]["choice"]) == ("mine", "mine")
    assert rows["extension"]["state"] == "same"


def test_what_both_changed_differently_is_for_a_person_to_decide(call):
    rows = compare(call, record(), record(team="Sales"), record(team="Support"))
    assert (rows["team"]["state"], rows["team"]["choice"]) == ("conflict", None)
    assert call("merge", "(m, rows) => m.merged(rows)", list(rows.values())) is None


def test_the_same_change_on_both_sides_is_no_conflict(call):
    moment = [{"validUntil": "2027-01-01T00:00:00Z"}, {"validUntil": "2027-01-01T00:00:00.000Z"}]
    rows = compare(call, record(), record(**moment[0]), record(**moment[1]))
    assert rows["validUntil"]["state"] == "both"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_merge_takes_each_field_from_a_side_that_changed_it(call, seed):
    chance = random.Random(seed)

    def version():
        return record(
            extension=chance.choice(["1001", "1002"]), target=chance.choice([worker(1), worker(2), {"type": "queue", "queue": "Q"}]),
            fallback=chance.choice([None, worker(3)]), team=chance.choice([None, "A", "B"]),
        )  # fmt: skip

    base, theirs, mine = version(), version(), version()
    rows = compare(call, base, theirs, mine)
    for row in rows.values():
        row["choice"] = row["choice"] or chance.choice(["theirs", "mine"])
    result = call("merge", "(m, rows) => m.merged(rows)", list(rows.values()))
    for field in FIELDS:
        changed = [side[field] for side in (theirs, mine) if side[field] != base[field]]
        assert result[field] in (changed or [base[field]]), field


# Rules

RULES = {"minDigits": 3, "maxDigits": 5, "reserved": ["911"], "ranges": [], "uniqueWorker": True}


def problems(call, content: dict, others=(), rules=RULES, id=None):
    run = """async (m, [content, rules, records, id]) => {
      const { Directory } = await import("/console/js/model/directory.js");
      const others = new Directory();
      others.add(records);
      return m.problemsOf(content, { rules, others, id });
    }"""
    found = call("rules", run, [content, rules, list(others), id])
    return {(one["field"], one["code"]) for one in found}


@pytest.mark.parametrize(
    "number, code",
    [
        ("", "required"), ("1e5", "number_digits"), ("-1", "number_digits"), ("1.5", "number_digits"), ("٣٤٥", "number_digits"),
        ("12", "number_length"), ("123456", "number_length"), ("911", "number_reserved"), ("0042", None), ("1000", None),
    ],
)  # fmt: skip
def test_numbers_are_digits_of_the_right_length_that_are_not_reserved(call, number, code):
    found = problems(call, record(extension=number))
    assert found == ({("extension", code)} if code else set())


def test_a_number_and_a_worker_have_one_owner(call):
    others = [record(1), record(2)]
    assert problems(call, record(3, extension="1001"), others) == {("extension", "number_taken")}
    assert problems(call, record(3, target=worker(2)), others) == {("target", "worker_taken")}
    assert problems(call, record(1), others, id=record(1)["id"]) == set()
    assert problems(call, record(3, target=worker(2)), others, rules=RULES | {"uniqueWorker": False}) == set()


def test_no_number_is_the_beginning_of_another_where_lengths_differ(call):
    others = [record(1, extension="4200"), record(2, extension="777")]
    assert problems(call, record(3, extension="420"), others) == {("extension", "number_ambiguous")}
    assert problems(call, record(3, extension="7771"), others) == {("extension", "number_ambiguous")}
    own = record(1)["id"]
    assert problems(call, record(1, extension="420"), others, id=own) == set()
    same = RULES | {"minDigits": 4, "maxDigits": 4}
    assert problems(call, record(3, extension="4201"), others, rules=same) == set()


def test_a_number_of_a_range_belongs_to_its_team(call):
    rules = RULES | {"ranges": [{"from": "2000", "to": "2999", "team": "Sales"}, {"from": "3000", "to": "3999", "team": None}]}
    assert problems(call, record(extension="2001", team="Support"), rules=rules) == {("team", "team_range")}
    assert problems(call, record(extension="2001"), rules=rules) == set()
    assert problems(call, record(extension="3001", team="Support"), rules=rules) == set()
    assert problems(call, record(extension="4001"), rules=rules) == {("extension", "number_range")}


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"target": {"type": "worker", "workerSid": "", "workerName": ""}}, {("target", "worker_sid")}),
        ({"target": {"type": "queue", "queue": " "}}, {("target", "required")}),
        ({"target": {"type": "number", "number": "034"}}, {("target", "number_e164")}),
        ({"target": {"type": "number", "number": "+34912345678"}}, set()),
        ({"fallback": worker(1)}, {("fallback", "fallback_same")}),
        ({"spokenName": " "}, {("spokenName", "required")}),
        ({"spokenName": "a\u0007b"}, {("spokenName", "text_characters")}),
        ({"spokenName": "ñ" * 129}, {("spokenName", "text_length")}),
        ({"team": "t" * 65}, {("team", "text_length")}),
    ],
)
def test_every_field_has_its_rule(call, change, expected):
    assert problems(call, record() | change) == expected


# Directory


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_and_events_in_any_order_and_repeated_give_the_same_directory(call, seed):
    chance = random.Random(seed)
    truth: dict[str, dict] = {}
    events, versions = [], []
    for revision in range(1, 60):
        id = f"ex_{chance.randrange(8):016x}"
        before = truth.get(id)
        if before and chance.random() < 0.3:
            del truth[id]
            after = None
        elif before or f"gone {id}" not in truth:
            after = truth[id] = record(int(id[3:], 16) + 1, id=id, spokenName=f"r{revision}", revision=revision)
        events.append({"revision": revision, "changes": [{"id": id, "before": before, "after": after}]})
        versions.append([dict(one) for one in truth.values()])
    first = chance.randrange(len(events))
    page = versions[first]
    # A stream resumes behind the page or before it, and may repeat.
    later = events[max(0, first - chance.randrange(5)) :]
    again = sorted(later + chance.sample(later, len(later) // 3), key=lambda event: event["revision"])
    run = """(m, [page, events]) => {
      const directory = new m.Directory();
      directory.add(page);
      for (const event of events) directory.apply(event);
      directory.add(page);
      return directory.rows.map(({ record }) => [record.id, record.spokenName, directory.ownerOf(record.extension)?.id]);
    }"""
    shown = {id: (name, owner) for id, name, owner in call("directory", run, [page, again])}
    assert shown == {id: (one["spokenName"], id) for id, one in truth.items() if one}


def test_statuses_follow_the_difference_by_number(call):
    run = """(m, records) => {
      const directory = new m.Directory();
      directory.add(records);
      directory.setDiff({ added: [records[0]], changed: [{ before: {}, after: records[1] }], removed: [{ extension: "9" }] });
      return [directory.rows.map(({ record }) => record.status), directory.pending];
    }"""
    assert call("directory", run, [record(1), record(2), record(3)]) == [["new", "changed", "published"], 3]


# Order and filter


def arrange(call, records, **options):
    run = """async (m, [records, options]) => {
      const { Directory } = await import("/console/js/model/directory.js");
      const directory = new Directory();
      directory.add(records);
      return new m.Arrangement().rows(directory, options).map((row) => row.record.extension);
    }"""
    options.setdefault("sort", {"field": "extension", "isDown": False})
    return call("arrange", run, [records, options])


def test_search_knows_neither_case_nor_accents_and_every_word_counts(call):
    records = [record(1, spokenName="José Núñez", team="Ventas"), record(2, spokenName="Josefa Ruiz"), record(3, spokenName="Ana")]
    assert arrange(call, records, search="nunez JOSE") == ["1001"]
    assert arrange(call, records, search="jose") == ["1001", "1002"]
    assert arrange(call, records, search="100") == ["1001", "1002", "1003"]
    assert arrange(call, records, search="ventas") == ["1001"]


def test_order_is_stable_both_ways_and_what_has_no_value_comes_last(call):
    records = [record(1, team="B"), record(2, team=None), record(3, team="A"), record(4, team="B"), record(5, spokenName="Ñandú"), record(6, spokenName="Nzz")]
    up = arrange(call, records, sort={"field": "team", "isDown": False})
    assert up == ["1003", "1001", "1004", "1002", "1005", "1006"]
    assert arrange(call, records, sort={"field": "team", "isDown": True})[-3:] == ["1001", "1004", "1003"]
    names = arrange(call, records[4:], sort={"field": "spokenName", "isDown": False})
    assert names == ["1006", "1005"], "ñ stands after n"


def test_filters_by_status_problem_expiry_and_team(call):
    records = [
        record(1, status="new"), record(2, status="changed", problems=[{"code": "extensions.worker_missing"}]),
        record(3, validUntil="2020-01-01T00:00:00Z", team="Sales"),
    ]  # fmt: skip
    assert arrange(call, records, status="new") == ["1001"]
    assert arrange(call, records, status="problems") == ["1002"]
    assert arrange(call, records, status="expired") == ["1003"]
    assert arrange(call, records, team="Sales") == ["1003"]
    assert arrange(call, records, team="") == ["1001", "1002"]


# Event stream


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stream_cut_anywhere_gives_the_same_events(call, seed):
    chance = random.Random(seed)
    end = chance.choice(["\n", "\r\n", "\r"])
    expected, lines = [], [": hello", ""]
    for number in range(12):
        data = [chance.choice(["{}", "ñ€😀", ":", " x", ""]) for _ in range(chance.randint(1, 3))]
        expected.append({"id": str(number), "event": f"t.{number}", "data": "\n".join(data)})
        lines += [f"id: {number}", f"event: t.{number}", *[f"data: {one}" for one in data], "", ": ping", ""]
    text = end.join(lines) + end
    chunks = []
    while text:
        cut = chance.randint(1, 9)
        chunks.append(text[:cut])
        text = text[cut:]
    run = "(m, chunks) => { const parser = new m.EventParser(); return chunks.flatMap((chunk) => parser.push(chunk)); }"
    assert call("sse", run, chunks) == expected


def test_an_id_without_data_is_where_to_resume_and_a_line_has_a_limit(call):
    run = "(m) => { const p = new m.EventParser(); return [p.push('retry: 1000\\nid: 41\\n\\n'), p.lastID]; }"
    assert call("sse", run) == [[], "41"]
    with pytest.raises(Exception, match="too long"):
        call("sse", "(m) => new m.EventParser().push('data: ' + 'x'.repeat(m.EventParser.MAX_LINE))")


# Connection


def test_a_silent_stream_is_delayed_and_a_gateway_that_is_away_is_offline(call):
    run = """(m) => {
      const link = new m.Link(0);
      const seen = [link.state];
      link.opened(10);
      seen.push(link.state, link.tick(10 + m.SILENT_AFTER_MS - 1), link.tick(10 + m.SILENT_AFTER_MS), link.state);
      link.heard(40000);
      seen.push(link.state);
      const pauses = [1, 2, 3, 4, 5, 6, 7].map(() => link.lost(50000, { isReachable: false, chance: 0.5 }));
      seen.push(link.state, link.since);
      link.lost(60000, { isReachable: true, chance: 0 });
      const since = [link.state, link.since];
      link.opened(70000);
      return [...seen, ...since, pauses, link.lost(80000, { isReachable: true, chance: 0.5 })];
    }"""
    assert call("link", run) == [
        "connecting", "live", False, True, "delayed", "live", "offline", 50000, "delayed", 60000,
        [500, 1000, 2000, 4000, 8000, 8000, 8000], 500,
    ]  # fmt: skip


# Publish


def test_steps_of_a_publish_and_who_serves_it(call):
    run = "(m, publish) => [m.stepsOf(publish, 'writing').map((one) => one.state), m.lookupsOf(publish)]"
    deploying = {
        "state": "deploying", "missing": ["b", "c"],
        "lookups": [{"instance": "a", "version": 3, "isCurrent": True}, {"instance": "b", "version": 2, "isCurrent": False}],
    }  # fmt: skip
    steps, lookups = call("publish", run, deploying)
    assert steps == ["done", "done", "now", "waiting"]
    assert [(one["instance"], one["state"]) for one in lookups] == [("a", "current"), ("b", "behind"), ("c", "absent")]
    assert call("publish", run, {"state": "failed"})[0] == ["done", "failed", "waiting", "waiting"]
    assert call("publish", run, {"state": "deployed"})[0] == ["done"] * 4


# Forms


def test_a_form_that_was_only_looked_at_is_not_dirty_and_keeps_seconds(call):
    base = record(validUntil="2027-05-01T10:20:30Z", fallback={"type": "queue", "queue": "Q"}, team="A")
    run = """(m, base) => {
      const form = new m.RecordForm(base);
      form.setValidUntil(form.validUntilText);
      const content = form.content;
      form.target.kind = "queue";
      return [form.isDirty, content, new m.RecordForm(null).isDirty, form.content.target];
    }"""
    dirty, content, empty, target = call("form", run, base)
    assert (dirty, empty) == (True, False), "another kind of target is a change; an empty form is none"
    assert json.dumps(content, sort_keys=True) == json.dumps({field: base[field] for field in FIELDS}, sort_keys=True)
    assert target == {"type": "queue", "queue": ""}
    clean = "(m, base) => { const form = new m.RecordForm(base); return form.isDirty; }"
    assert call("form", clean, base) is False

"""Agents through real processes: questions and answers, auto-acceptance, activities, transfers, callbacks, pages."""

from __future__ import annotations

import json

import pytest
import requests
from sync_stack import SETTLE_DEADLINE, TOKENS, WORKERS, SyncStack, sid, wait_until
from twilio.request_validator import RequestValidator

ANA, BO = WORKERS
SHOP = "https://shop.example.com"


def start(agents: dict | None = None, flex: str = "conversations", **gateway) -> SyncStack:
    stack = SyncStack(flex=flex)
    settings = json.loads(stack.config.read_text())
    settings["sync"]["agents"] = agents or {}
    settings["gateway"] |= gateway
    stack.config.write_text(json.dumps(settings))
    try:
        stack.start()
    except BaseException:
        print({name: stack.log(name) for name in stack.processes})
        stack.close()
        raise
    return stack


@pytest.fixture
def stack(request):
    stack = start(**getattr(request, "param", {}))
    yield stack
    print(stack.log("sync-1"))  # shown when the test fails
    stack.close()


def worker(stack: SyncStack, name: str, side: str) -> dict:
    rows = stack.rest(side, "GET", "taskrouter", f"v1/Workspaces/{sid('WS', side)}/Workers?FriendlyName={name}")
    return rows["workers"][0]


def go(stack: SyncStack, name: str, side: str, activity: str) -> None:
    stack.sandbox("POST", f"workers/{worker(stack, name, side)['sid']}/activity", project=side, activity=activity)


def activity(stack: SyncStack, name: str, side: str) -> str:
    return worker(stack, name, side)["activity_name"]


def system_messages(stack: SyncStack, name: str) -> list[dict]:
    """What stands in the agent's system conversation."""
    path = f"v1/Services/{sid('IS', 'frontline')}/ParticipantConversations?Identity=NotifyAgent.{name}"
    rows = stack.rest("frontline", "GET", "conversations", path)["conversations"]
    assert len(rows) <= 1, "one system conversation at most"
    return stack.rows("frontline", rows[0]["conversation_sid"]) if rows else []


def answer(stack: SyncStack, name: str, body: str) -> None:
    """The agent writes in the system conversation, as a user of the app."""
    conversation = system_messages(stack, name)[0]["conversation_sid"]
    stack.sandbox("POST", f"conversations/{conversation}/messages", project="frontline", author=name, body=body)


def asked(stack: SyncStack, name: str, count: int = 1) -> list[dict]:
    def there():
        rows = system_messages(stack, name)
        questions = [row for row in rows if "ask:" in row["attributes"]]
        return questions if len(questions) >= count else None

    return wait_until(there, SETTLE_DEADLINE, f"{count} questions to {name}")


def reservations(stack: SyncStack, name: str) -> list[dict]:
    own = worker(stack, name, "flex")["sid"]
    path = f"v1/Workspaces/{sid('WS', 'flex')}/Workers/{own}/Reservations"
    return stack.rest("flex", "GET", "taskrouter", path)["reservations"]


def wait_for_status(stack: SyncStack, name: str, status: str) -> None:
    wait_until(
        lambda: status in [row["reservation_status"] for row in reservations(stack, name)],
        SETTLE_DEADLINE,
        f"a reservation of {name} that is {status}",
    )


DIALECTS = pytest.mark.parametrize("stack", [{}, {"flex": "chat"}], indirect=True, ids=["conversations", "chat"])


def chat(stack: SyncStack, name: str = "Eva") -> dict:
    return stack.sandbox("POST", "customer/chats", project="flex", name=name, body="hello")


@DIALECTS
def test_an_agent_takes_a_chat_by_answering_1_in_the_app(stack):
    go(stack, ANA, "flex", "Available")
    begun = chat(stack)
    asked(stack, ANA)
    answer(stack, ANA, " 1 ")
    wait_for_status(stack, ANA, "accepted")
    pair = stack.paired("flex", begun["conversation_sid"], begun["identity"], ANA)
    pair.say("frontline", "good morning")
    pair.wait_for_twins(2)


def test_an_agent_declines_with_2_and_a_late_answer_is_answered(stack):
    go(stack, ANA, "flex", "Available")
    chat(stack)
    asked(stack, ANA)
    answer(stack, ANA, "No")
    wait_for_status(stack, ANA, "rejected")


def test_a_crash_asks_nothing_twice(stack):
    go(stack, ANA, "flex", "Available")
    stack.faults(
        seed=3,
        rules=[
            {
                "project": "frontline",
                "match": {"product": "conversations", "method": "POST"},
                "probability": 0.5,
                "effect": {"lost_answer": True},
            }
        ],
    )
    chat(stack)
    asked(stack, ANA)
    stack.kill("sync-1")
    stack.start("sync-1")
    stack.faults()
    answer(stack, ANA, "1")
    wait_for_status(stack, ANA, "accepted")
    tags = [row["attributes"] for row in system_messages(stack, ANA) if "patchbay" in row["attributes"]]
    assert len(tags) == len(set(tags)), tags


@pytest.mark.parametrize("stack", [{"agents": {"auto_accept": True}}], indirect=True)
def test_auto_acceptance_takes_the_chat_of_an_agent_who_is_there_and_asks_one_who_is_not(stack):
    go(stack, ANA, "flex", "Available")
    wait_until(lambda: activity(stack, ANA, "frontline") == "Available", SETTLE_DEADLINE, "the app's activity")
    chat(stack)
    wait_for_status(stack, ANA, "accepted")
    assert not [row for row in system_messages(stack, ANA) if "ask:" in row["attributes"]]


def test_activities_go_both_ways_and_settle_after_quick_toggles(stack):
    go(stack, ANA, "flex", "Available")
    wait_until(lambda: activity(stack, ANA, "frontline") == "Available", SETTLE_DEADLINE, "Available in the app")
    go(stack, ANA, "frontline", "Offline")
    wait_until(lambda: activity(stack, ANA, "flex") == "Offline", SETTLE_DEADLINE, "Offline on the desk")
    for name in ["Available", "Offline", "Available"]:
        go(stack, ANA, "flex", name)
    wait_until(
        lambda: [activity(stack, ANA, side) for side in ("flex", "frontline")] == ["Available"] * 2,
        SETTLE_DEADLINE,
        "both Available",
    )


CRM = {"Location": "GetCustomersList", "Worker": ANA, "PageSize": "30"}


def callback(stack: SyncStack, path: str, form: dict) -> requests.Response:
    url = f"{stack.gateway_url}{path}"
    signature = RequestValidator(TOKENS["frontline"]).compute_signature(url, form)
    return requests.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=30)


def test_callbacks_are_answered_from_the_conversations(stack):
    pair = stack.web_chat("Eva", worker=ANA)
    pair.wait_for_twins(1)
    listed = wait_until(
        lambda: callback(stack, "/frontline/crm", CRM).json()["objects"]["customers"], SETTLE_DEADLINE, "customers"
    )
    assert json.loads(listed[0]["customer_id"])["c"] == pair.conversations["flex"]
    form = CRM | {"Location": "GetCustomerDetailsByCustomerId", "CustomerId": listed[0]["customer_id"]}
    details = callback(stack, "/frontline/crm", form)
    assert details.status_code == 200 and details.json()["objects"]["customer"]["display_name"], details.text
    outgoing = {"Location": "GetProxyAddress", "Worker": ANA, "ChannelType": "sms", "CustomerId": "1"}
    assert callback(stack, "/frontline/outgoing", outgoing).json() == {"proxy_address": "+14155550100"}
    assert callback(stack, "/frontline/crm", {"Location": "Nonsense", "Worker": ANA}).status_code == 422
    stack.stop("sync-1")
    assert callback(stack, "/frontline/crm", CRM).status_code == 503


def test_an_incoming_conversation_of_the_app_is_routed_to_who_is_there(stack):
    go(stack, BO, "frontline", "Available")
    begun = stack.sandbox("POST", "customer/sms", project="frontline", **{"from": "+34600000009", "body": "hello"})
    form = {"ConversationSid": begun["conversation_sid"], "MessagingBinding.Address": "+34600000009"}
    for _ in range(2):
        routed = callback(stack, "/frontline/routing", form)
        assert routed.status_code == 200 and routed.json() == {}, routed.text
    rows = stack.rows("frontline", begun["conversation_sid"], "Participants")
    assert [row["identity"] for row in rows].count(BO) == 1
    pair = stack.paired("frontline", begun["conversation_sid"], customer="+34600000009", agent=BO)
    pair.wait_for_twins(1)
    assert callback(stack, "/frontline/routing", {"ConversationSid": "CH" + "0" * 32}).status_code == 404
    assert callback(stack, "/frontline/routing", {"Other": "x"}).status_code == 422


def test_customers_are_listed_in_the_old_dialect_too():
    with SyncStack(frontline="chat") as stack:
        assert callback(stack, "/frontline/crm", CRM).json()["objects"]["customers"] == []
        pair = stack.web_chat("Eva", worker=ANA)
        pair.wait_for_twins(1)
        listed = wait_until(
            lambda: callback(stack, "/frontline/crm", CRM).json()["objects"]["customers"], SETTLE_DEADLINE, "customers"
        )
        assert [row["display_name"] for row in listed] == ["Eva"]
        assert json.loads(listed[0]["customer_id"])["c"] == pair.conversations["flex"]


PAGES = {"availability": {"origins": [SHOP], "legacy": True}}


@pytest.mark.parametrize("stack", [PAGES], indirect=True)
def test_a_page_asks_for_an_agent_and_nudges_the_one_who_is_away(stack):
    def ask(**form):
        url = f"{stack.gateway_url}/check-agent-availability"
        return requests.post(url, data={"WorkerName": ANA} | form, headers={"Origin": SHOP}, timeout=30)

    for _ in range(3):
        assert ask(EventType="NotifyAgent").json() == {"available": False}
    nudges = lambda: [row for row in system_messages(stack, ANA) if "nudge:" in row["attributes"]]  # noqa: E731
    wait_until(nudges, SETTLE_DEADLINE, "a nudge")
    go(stack, ANA, "frontline", "Available")
    answer = ask(EventType="NotifyAgent")
    assert answer.json() == {"available": True} and answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert len(nudges()) == 1
    assert ask(WorkerName="nobody").json() == {"available": False}


def transfer(stack: SyncStack, pair) -> None:
    stack.sandbox(
        "POST", "agent/transfer", project="frontline", conversation_sid=pair.conversations["frontline"],
        **{"from": ANA, "to": BO},
    )


def in_the_app(stack: SyncStack, pair) -> set[str]:
    rows = stack.rows("frontline", pair.conversations["frontline"], "Participants")
    return {row["identity"] for row in rows} & set(WORKERS)


def taken(stack: SyncStack):
    go(stack, ANA, "flex", "Available")
    begun = chat(stack)
    asked(stack, ANA)
    answer(stack, ANA, "1")
    wait_for_status(stack, ANA, "accepted")
    pair = stack.paired("flex", begun["conversation_sid"], begun["identity"], ANA)
    wait_until(lambda: in_the_app(stack, pair) == {ANA}, SETTLE_DEADLINE, "Ana in the app's conversation")
    return pair


@DIALECTS
def test_a_transfer_goes_through_once_the_other_agent_accepts(stack):
    pair = taken(stack)
    go(stack, BO, "flex", "Available")
    transfer(stack, pair)
    asked(stack, BO)
    assert in_the_app(stack, pair) == {ANA}, "until then the conversation stays where it was"
    answer(stack, BO, "1")
    wait_until(lambda: in_the_app(stack, pair) == {BO}, SETTLE_DEADLINE, "Bo in the app's conversation")
    wait_for_status(stack, ANA, "completed")


@DIALECTS
def test_a_transfer_that_is_declined_is_undone(stack):
    pair = taken(stack)
    go(stack, BO, "flex", "Available")
    transfer(stack, pair)
    asked(stack, BO)
    answer(stack, BO, "2")
    told = lambda: [row for row in system_messages(stack, ANA) if "transfer" in row["attributes"]]  # noqa: E731
    wait_until(told, SETTLE_DEADLINE, "a notice to Ana")
    assert in_the_app(stack, pair) == {ANA}


@pytest.mark.parametrize("stack", [{"agents": {"forbid_transfers": True}}], indirect=True)
def test_a_forbidden_transfer_is_put_back(stack):
    pair = taken(stack)
    transfer(stack, pair)
    told = lambda: [row for row in system_messages(stack, ANA) if "transfer" in row["attributes"]]  # noqa: E731
    wait_until(told, SETTLE_DEADLINE, "a notice to Ana")
    assert in_the_app(stack, pair) == {ANA}
    assert not asked_at_all(stack, BO)


def asked_at_all(stack: SyncStack, name: str) -> list[dict]:
    return [row for row in system_messages(stack, name) if "ask:" in row["attributes"]]


@DIALECTS
def test_closing_in_the_app_ends_the_work_on_the_desk(stack):
    pair = taken(stack)
    stack.sandbox("POST", f"conversations/{pair.conversations['frontline']}/close", project="frontline")
    wait_for_status(stack, ANA, "completed")


def test_the_end_of_the_work_closes_the_apps_conversation(stack):
    pair = taken(stack)
    reservation = reservations(stack, ANA)[0]["sid"]
    stack.sandbox("POST", f"reservations/{reservation}/complete", project="flex")
    product, path = stack.collection("frontline", pair.conversations["frontline"])
    wait_until(
        lambda: stack.rest("frontline", "GET", product, path)["state"] == "closed", SETTLE_DEADLINE, "a closed one"
    )

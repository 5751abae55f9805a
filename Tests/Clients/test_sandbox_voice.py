"""Voice as a call centre uses it: conferences of tasks, permissions by country, answers that never come."""

from __future__ import annotations

import json

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from real_process import TOKENS, wait_until
from sandbox_process import Receiver, Sandbox

PHONE = "+34600111222"
DESK = "sip:ana@desk.example"
ANA = {"name": "ana.ruiz", "full_name": "Ana Ruiz", "contact_uri": DESK, "team": "sales"}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox({"flex": {"workers": [], "agents": [ANA]}}) as sandbox:
        yield sandbox


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def fresh(sandbox):
    requests.post(f"{sandbox.url}/sandbox/v1/reset", timeout=20).raise_for_status()


@pytest.fixture
def flex(sandbox):
    return sandbox.twilio("flex")


@pytest.fixture
def workspace(flex, sandbox):
    return flex.taskrouter.v1.workspaces(sandbox.world()["workspace_sid"])


def refused(call) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as caught:
        call()
    return caught.value


def ringing(flex, to: str):
    """The newest leg to an address, once it rings."""
    wait_until(lambda: flex.calls.list(to=to, status="ringing"), 10, f"a leg to {to} that rings")
    return flex.calls.list(to=to, status="ringing")[0]


def waiting_caller(sandbox, flex, workspace):
    """A caller who waits, his task and ana's reservation of it."""
    (worker,) = workspace.workers.list()
    assert json.loads(worker.attributes)["team"] == "sales"
    (activity,) = workspace.activities.list(friendly_name="Available")
    workspace.workers(worker.sid).update(activity_sid=activity.sid)
    call = sandbox.act("calls", **{"from": PHONE, "to": sandbox.world()["number"]})
    sandbox.act(f"calls/{call['sid']}/digits", digits="1")
    wait_until(lambda: workspace.tasks.list(), 15, "the task")
    (task,) = workspace.tasks.list()
    (reservation,) = workspace.tasks(task.sid).reservations.list(reservation_status="pending")
    return call["sid"], task.sid, reservation.sid


def test_a_reservation_is_answered_by_a_conference(sandbox, flex, workspace, receiver):
    customer, task, reservation = waiting_caller(sandbox, flex, workspace)
    updated = workspace.tasks(task).reservations(reservation).update(
        instruction="conference", from_=sandbox.world()["number"], to=DESK, timeout=30, end_conference_on_exit=True,
        end_conference_on_customer_exit=True,
        conference_status_callback=f"{receiver.url}/voice?task={task}&leg=conference",
        conference_status_callback_event=["start", "end", "join", "leave", "mute", "hold"],
        status_callback=f"{receiver.url}/voice?task={task}&leg=agent",
        status_callback_event=["ringing", "answered", "completed"],
    )  # fmt: skip
    assert updated.reservation_status == "pending"
    leg = ringing(flex, DESK)
    sandbox.act(f"calls/{leg.sid}/answer")
    assert workspace.tasks(task).reservations(reservation).fetch().reservation_status == "accepted"
    (room,) = flex.conferences.list(friendly_name=task, status="in-progress")
    participants = flex.conferences(room.sid).participants
    assert {one.label: one.call_sid for one in participants.list()} == {"worker": leg.sid, "customer": customer}
    assert json.loads(workspace.tasks(task).fetch().attributes)["conference"]["sid"] == room.sid
    assert participants(customer).update(hold=True).hold is True
    assert participants(customer).update(hold=False).hold is False
    assert participants(leg.sid).update(muted=True).muted is True
    sandbox.act(f"calls/{customer}/hangup")
    assert flex.calls(leg.sid).fetch().status == "completed"
    assert workspace.tasks(task).fetch().assignment_status == "wrapping"

    def of(leg: str) -> list[dict]:
        return [one["form"] for one in receiver.received if one["path"] == f"/voice?task={task}&leg={leg}"]

    wait_until(lambda: len(of("conference")) == 9 and len(of("agent")) == 3, 10, "all callbacks")
    told = sorted(of("conference"), key=lambda form: int(form["SequenceNumber"]))
    assert [one["StatusCallbackEvent"] for one in told] == [
        "conference-start", "participant-join", "participant-join", "participant-hold", "participant-unhold",
        "participant-mute", "participant-leave", "participant-leave", "conference-end",
    ]  # fmt: skip
    assert told[-1]["CallSidEndingConference"] == customer
    assert told[1]["ParticipantLabel"] == "customer" and told[2]["CallSid"] == leg.sid
    progress = sorted(of("agent"), key=lambda form: int(form["SequenceNumber"]))
    assert [one["CallStatus"] for one in progress] == ["ringing", "in-progress", "completed"]
    assert receiver.verify_all(TOKENS["flex"]) == 12


def test_a_telephone_that_declines_rejects_the_reservation(sandbox, flex, workspace):
    customer, task, reservation = waiting_caller(sandbox, flex, workspace)
    workspace.tasks(task).reservations(reservation).update(instruction="conference", to=DESK)
    sandbox.act(f"calls/{ringing(flex, DESK).sid}/busy")
    assert workspace.tasks(task).reservations(reservation).fetch().reservation_status == "rejected"
    assert flex.calls(customer).fetch().status == "in-progress"


def test_a_customer_is_called_into_the_agents_conference_and_hears_tones(sandbox, flex, receiver):
    receiver.status = 200
    room = "<Response><Dial><Conference participantLabel='agent' endConferenceOnExit='true'>DL1</Conference></Dial></Response>"
    agent = flex.calls.create(to=DESK, from_=sandbox.world()["number"], twiml=room)
    sandbox.act(f"calls/{ringing(flex, DESK).sid}/answer")
    added = flex.conferences("DL1").participants.create(
        from_=sandbox.world()["number"], to=PHONE, label="customer", early_media=True, end_conference_on_exit=True
    )
    assert added.label == "customer" and added.conference_sid.startswith("CF")
    sandbox.act(f"calls/{ringing(flex, PHONE).sid}/answer")
    receiver.body = b"<Response><Play digits='12#'/></Response>"
    customer = flex.conferences(added.conference_sid).participants(added.call_sid)
    customer.update(announce_url=f"{receiver.url}/tones?digits=12")

    def tones() -> list[str]:
        return [one["tones"] for one in sandbox.get("calls", project="flex").json()["calls"] if one["to"] == PHONE]

    wait_until(lambda: tones() == ["12#"], 10, "the tones at the customer's side")
    assert receiver.verify_all(TOKENS["flex"]) == 1
    assert flex.conferences(added.conference_sid).participants("agent").update(end_conference_on_exit=False)
    sandbox.act(f"calls/{agent.sid}/hangup")
    assert flex.calls(added.call_sid).fetch().status == "in-progress"
    sandbox.act(f"calls/{added.call_sid}/hangup")
    assert flex.conferences(added.conference_sid).fetch().status == "completed"


def test_countries_are_permitted_and_not(sandbox, flex):
    permissions = flex.voice.v1.dialing_permissions
    spain = permissions.countries("ES").fetch()
    assert (spain.name, spain.country_codes, spain.low_risk_numbers_enabled) == ("Spain", ["+34"], True)
    sandbox.act("dialing", country="ES", enabled="false")
    assert permissions.countries("ES").fetch().low_risk_numbers_enabled is False
    assert [one.iso_code for one in permissions.countries.list(low_risk_numbers_enabled=False)] == ["ES"]
    number = sandbox.world()["number"]
    assert refused(lambda: flex.calls.create(to=PHONE, from_=number, twiml="<Response/>")).code == 21215
    assert refused(lambda: flex.conferences("DL1").participants.create(from_=number, to=PHONE)).code == 13227
    changed = permissions.bulk_country_updates.create(
        update_request=json.dumps([{"iso_code": "ES", "low_risk_numbers_enabled": "true"}])
    )
    assert changed.update_count == 1
    assert flex.calls.create(to=PHONE, from_=number, twiml="<Response/>").status == "queued"


def test_a_call_whose_answer_is_lost_is_made_and_found_in_the_list(sandbox):
    fault = {
        "project": "flex", "match": {"product": "api", "method": "POST", "path_suffix": "/Calls.json"}, "probability": 1,
        "effect": {"timeout": True, "after": True}, "times": 1,
    }  # fmt: skip
    sandbox.faults(rules=[fault])
    impatient = sandbox.twilio("flex", timeout=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        impatient.calls.create(to=PHONE, from_=sandbox.world()["number"], twiml="<Response/>")
    (call,) = impatient.calls.list(to=PHONE, from_=sandbox.world()["number"])
    assert call.status in ("queued", "ringing")
    (rule,) = sandbox.get("faults").json()["rules"]
    assert rule["match"]["path_suffix"] == "/Calls.json" and rule["times"] == 0

"""The Sandbox's TaskRouter, Flex and Voice, seen by Twilio's own library, and the webhooks that its validator checks."""

from __future__ import annotations

import json

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from real_process import ACCOUNTS, TOKENS, wait_until
from sandbox_process import Receiver, Sandbox

PHONE = "+34600111222"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def fresh(sandbox):
    requests.post(f"{sandbox.url}/sandbox/v1/reset", timeout=30).raise_for_status()


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


def make_available(workspace, name: str):
    (activity,) = workspace.activities.list(friendly_name="Available")
    (worker,) = workspace.workers.list(friendly_name=name)
    return workspace.workers(worker.sid).update(activity_sid=activity.sid)


def offered(workspace, task_sid: str):
    (reservation,) = workspace.tasks(task_sid).reservations.list(reservation_status="pending")
    return reservation


def test_the_workspace_shows_what_the_configuration_says(workspace, sandbox):
    found = workspace.fetch()
    assert found.friendly_name == "Flex Task Assignment" and found.date_created.tzinfo is not None
    assert [one.friendly_name for one in workspace.workers.list()] == ["ana", "ben"]
    assert [one.friendly_name for one in workspace.activities.list(available="true")] == ["Available"]
    assert {"voice", "chat", "sms"} <= {one.unique_name for one in workspace.task_channels.list()}
    (queue,) = workspace.task_queues.list()
    (workflow,) = workspace.workflows.list()
    assert queue.sid == sandbox.world()["queue_sid"] and queue.target_workers == "1==1"
    assert json.loads(workflow.configuration)["task_routing"]["default_filter"]["queue"] == queue.sid


def test_a_task_goes_through_the_hands_of_a_worker(workspace):
    worker = make_available(workspace, "ana")
    assert worker.available and worker.activity_name == "Available"
    task = workspace.tasks.create(attributes=json.dumps({"conversationSid": "CH1"}), task_channel="chat")
    assert task.assignment_status == "reserved" and task.task_channel_unique_name == "chat"
    reservation = offered(workspace, task.sid)
    assert reservation.worker_name == "ana"
    by_worker = workspace.workers(worker.sid).reservations.list()
    assert [one.sid for one in by_worker] == [reservation.sid]
    handle = workspace.tasks(task.sid).reservations(reservation.sid)
    for status, task_status in [("accepted", "assigned"), ("wrapping", "wrapping"), ("completed", "completed")]:
        assert handle.update(reservation_status=status).reservation_status == status
        assert workspace.tasks(task.sid).fetch().assignment_status == task_status


@pytest.mark.parametrize("status", ["completed", "wrapping"])
def test_an_illegal_move_of_a_reservation_is_an_error(workspace, status):
    make_available(workspace, "ana")
    task = workspace.tasks.create(attributes="{}", task_channel="chat")
    reservation = offered(workspace, task.sid)
    error = refused(lambda: workspace.tasks(task.sid).reservations(reservation.sid).update(reservation_status=status))
    assert (error.status, error.code) == (400, 20001)
    assert offered(workspace, task.sid).sid == reservation.sid


def test_a_rejected_task_goes_to_the_next_worker(workspace):
    make_available(workspace, "ana")
    task = workspace.tasks.create(attributes="{}", task_channel="chat")
    workspace.tasks(task.sid).reservations(offered(workspace, task.sid).sid).update(reservation_status="rejected")
    assert workspace.tasks(task.sid).fetch().assignment_status == "pending"
    make_available(workspace, "ben")
    assert offered(workspace, task.sid).worker_name == "ben"


@pytest.mark.parametrize("key", ["workerSID", "workerName"])
def test_a_known_worker_gets_his_task(workspace, key):
    make_available(workspace, "ana")
    ben = make_available(workspace, "ben")
    value = ben.sid if key == "workerSID" else "ben"
    for _ in range(3):
        task = workspace.tasks.create(attributes=json.dumps({key: value}), task_channel="chat")
        assert offered(workspace, task.sid).worker_sid == ben.sid


def test_tasks_are_found_by_their_attributes_and_replaced_whole(workspace):
    tasks = [
        workspace.tasks.create(attributes=json.dumps({"conversationSid": f"CH{number}"}), task_channel="chat")
        for number in range(5)
    ]
    (found,) = workspace.tasks.list(evaluate_task_attributes='conversationSid="CH3"')
    assert found.sid == tasks[3].sid
    changed = workspace.tasks(found.sid).update(attributes=json.dumps({"other": 1}))
    assert json.loads(changed.attributes) == {"other": 1}
    assert workspace.tasks.list(evaluate_task_attributes='conversationSid="CH3"') == []
    with pytest.raises(TwilioException, match="HTTP 400"):
        workspace.tasks.list(evaluate_task_attributes='conversationSid="')


def test_a_stale_version_is_refused(sandbox, workspace):
    task = workspace.tasks.create(attributes="{}", task_channel="chat")
    url = f"{sandbox.url}/api/taskrouter/v1/Workspaces/{task.workspace_sid}/Tasks/{task.sid}"
    login = (ACCOUNTS["flex"], TOKENS["flex"])
    tag = requests.get(url, auth=login, timeout=30).headers["ETag"]
    first = workspace.tasks(task.sid).update(if_match=tag, attributes='{"n":1}')
    assert json.loads(first.attributes) == {"n": 1}
    error = refused(lambda: workspace.tasks(task.sid).update(if_match=tag, attributes='{"n":2}'))
    assert error.status == 412
    assert json.loads(workspace.tasks(task.sid).fetch().attributes) == {"n": 1}


def test_pages_follow_the_links_to_the_end(workspace):
    made = [workspace.tasks.create(attributes="{}", task_channel="chat").sid for _ in range(25)]
    assert [one.sid for one in workspace.tasks.list(page_size=10)] == made
    page = workspace.tasks.page(page_size=10)
    assert len(list(page)) == 10 and page.next_page_url.startswith("http://127.0.0.1")


def test_a_worker_is_made_changed_and_removed(workspace):
    made = workspace.workers.create(friendly_name="carla", attributes='{"skills":["billing"]}')
    assert made.activity_name == "Offline" and not made.available
    (found,) = workspace.workers.list(target_workers_expression="skills HAS 'billing'")
    assert found.sid == made.sid
    (voice,) = [
        one for one in workspace.workers(made.sid).worker_channels.list() if one.task_channel_unique_name == "voice"
    ]
    changed = workspace.workers(made.sid).worker_channels(voice.task_channel_sid).update(capacity=4)
    assert (changed.configured_capacity, changed.available_capacity_percentage) == (4, 100)
    assert refused(lambda: workspace.workers.create(friendly_name="carla")).status == 400
    assert workspace.workers(made.sid).delete() is True
    assert refused(workspace.workers(made.sid).fetch).code == 20404


def test_every_event_is_kept_and_posted_signed(workspace, receiver):
    # What the world begins with is kept, but told to nobody.
    before = {one.sid for one in workspace.events.list(minutes=5)}
    workspace.update(event_callback_url=f"{receiver.url}/taskrouter", events_filter="")
    worker = make_available(workspace, "ana")
    task = workspace.tasks.create(attributes='{"a":"ü"}', task_channel="sms")
    reservation = offered(workspace, task.sid)
    workspace.tasks(task.sid).reservations(reservation.sid).update(reservation_status="accepted")
    (accepted,) = receiver.wait("reservation.accepted")
    assert accepted["ReservationSid"] == accepted["ResourceSid"] == reservation.sid
    assert (accepted["WorkerSid"], accepted["WorkerName"]) == (worker.sid, "ana")
    assert json.loads(accepted["TaskAttributes"]) == {"a": "ü"} and accepted["TaskChannelUniqueName"] == "sms"
    (created,) = receiver.wait("task.created")
    assert "TaskQueueSid" not in created and created["WorkflowSid"] == task.workflow_sid
    (moved,) = receiver.wait("worker.activity.update")
    assert (moved["WorkerPreviousActivityName"], moved["WorkerActivityName"]) == ("Offline", "Available")
    kept = [one for one in workspace.events.list(minutes=5) if one.sid not in before]
    wait_until(lambda: len(receiver.received) >= len(kept), 30, "every event")
    assert {one["Sid"] for one in receiver.events()} == {one.sid for one in kept}
    assert receiver.verify_all(TOKENS["flex"]) == len(kept)
    (event,) = workspace.events.list(event_type="reservation.accepted", task_sid=task.sid)
    assert event.event_data["reservation_sid"] == reservation.sid and event.resource_sid == reservation.sid
    assert str(event.event_date_ms) == accepted["TimestampMs"]
    assert [one.sid for one in workspace.events.list(reservation_sid=reservation.sid, page_size=1)] == [
        one.sid for one in kept if one.event_data.get("reservation_sid") == reservation.sid
    ]


def test_only_the_events_of_the_filter_are_posted(workspace, receiver):
    workspace.update(event_callback_url=receiver.url, events_filter="task.created,task.canceled")
    task = workspace.tasks.create(attributes="{}", task_channel="chat")
    workspace.tasks(task.sid).update(assignment_status="canceled", reason="test")
    (canceled,) = receiver.wait("task.canceled")
    assert canceled["TaskCanceledReason"] == "test"
    assert set(receiver.names()) == {"task.created", "task.canceled"}


def test_people_act_on_reservations_and_activities(sandbox, workspace):
    (worker,) = workspace.workers.list(friendly_name="ana")
    assert sandbox.act(f"workers/{worker.sid}/activity", activity="Available")["available"]
    task = workspace.tasks.create(attributes="{}", task_channel="chat")
    reservation = offered(workspace, task.sid).sid
    for act, status in [("accept", "accepted"), ("wrapup", "wrapping"), ("complete", "completed")]:
        assert sandbox.act(f"reservations/{reservation}/{act}")["status"] == status
    assert workspace.tasks(task.sid).fetch().assignment_status == "completed"


def test_a_web_chat_of_flex_reaches_an_agent_and_ends(sandbox, flex, workspace):
    make_available(workspace, "ana")
    begun = sandbox.act("customer/chats", name="Zoë", body="hello")
    task = workspace.tasks(begun["task_sid"]).fetch()
    attributes = json.loads(task.attributes)
    assert attributes["conversationSid"] == begun["conversation_sid"]
    interaction = flex.flex_api.v1.interaction(attributes["flexInteractionSid"])
    channel = interaction.channels(attributes["flexInteractionChannelSid"])
    (invite,) = channel.invites.list()
    assert invite.sid == attributes["flexChannelInviteSid"]
    sandbox.act(f"reservations/{offered(workspace, task.sid).sid}/accept")
    conversation = flex.conversations.v1.conversations(begun["conversation_sid"])
    assert "ana" in [one.identity for one in conversation.participants.list()]
    assert channel.fetch().status == "active"
    assert len([one for one in channel.participants.list() if one.type == "agent"]) == 1
    assert channel.update(status="closed", routing={"status": "closed"}).status == "closed"
    assert conversation.fetch().state == "closed"
    assert workspace.tasks(task.sid).fetch().assignment_status == "completed"


def test_frontline_users_are_there_or_not(flex):
    user = flex.frontline_api.v1.users("ana").fetch()
    assert user.sid.startswith("US") and user.is_available is False
    assert flex.frontline_api.v1.users("ana").update(is_available=True).is_available is True


def test_a_call_is_made_answered_and_hung_up(sandbox, flex, receiver):
    receiver.status, receiver.body = 200, b""
    call = flex.calls.create(
        to=PHONE, from_=sandbox.world()["number"], twiml="<Response><Pause length='60'/></Response>",
        status_callback=f"{receiver.url}/voice", status_callback_event=["initiated", "ringing", "answered", "completed"],
    )  # fmt: skip
    assert (call.status, call.direction) == ("queued", "outbound-api")
    wait_until(lambda: flex.calls(call.sid).fetch().status == "ringing", 30, "ringing")
    sandbox.act(f"calls/{call.sid}/answer")
    assert flex.calls(call.sid).fetch().status == "in-progress"
    ended = flex.calls(call.sid).update(status="completed")
    assert ended.status == "completed" and ended.end_time.tzinfo is not None
    wait_until(lambda: len(receiver.received) == 4, 30, "four callbacks")
    told = sorted(receiver.events(), key=lambda form: int(form["SequenceNumber"]))
    assert [one["CallStatus"] for one in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert all(one["CallbackSource"] == "call-progress-events" for one in told)
    assert receiver.verify_all(TOKENS["flex"]) == 4
    assert [one.sid for one in flex.calls.list(to=PHONE)] == [call.sid]
    assert refused(lambda: flex.calls(call.sid).update(twiml="<Response/>")).code == 21220


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"to": "", "from_": "+14155550100", "twiml": "<Response/>"}, 21201),
        ({"to": "123", "from_": "+14155550100", "twiml": "<Response/>"}, 21211),
        ({"to": PHONE, "from_": "+14155550100"}, 21205),
        ({"to": PHONE, "from_": "+14155550100", "twiml": "<Response>"}, 12100),
        ({"to": PHONE, "from_": "+14155550100", "twiml": "<Response/>", "status_callback": "http://a_b/c"}, 21609),
    ],
)
def test_a_call_that_cannot_be_made_is_refused(flex, parameters, code):
    assert refused(lambda: flex.calls.create(**parameters)).code == code


def test_twiml_is_fetched_signed_and_dials_the_second_leg(sandbox, flex, receiver):
    receiver.status = 200
    receiver.body = f"<Response><Dial><Number>{PHONE}</Number></Dial></Response>".encode()
    call = flex.calls.create(to="client:ana", from_=sandbox.world()["number"], url=f"{receiver.url}/twiml?x=1")
    sandbox.act(f"calls/{call.sid}/answer")
    wait_until(lambda: flex.calls.list(parent_call_sid=call.sid), 30, "the second leg")
    assert receiver.verify_all(TOKENS["flex"]) == 1
    (leg,) = flex.calls.list(parent_call_sid=call.sid)
    assert (leg.direction, leg.to) == ("outbound-dial", PHONE)
    sandbox.act(f"calls/{leg.sid}/answer")
    sandbox.act(f"calls/{leg.sid}/hangup")
    assert flex.calls(call.sid).fetch().status == "completed"


def test_a_conference_holds_mutes_and_removes(sandbox, flex):
    room = "<Response><Dial><Conference>Room</Conference></Dial></Response>"
    calls = [flex.calls.create(to=to, from_=sandbox.world()["number"], twiml=room) for to in (PHONE, "client:ana")]
    for call in calls:
        sandbox.act(f"calls/{call.sid}/answer")
    (conference,) = flex.conferences.list(friendly_name="Room", status="in-progress")
    participants = flex.conferences(conference.sid).participants
    assert {one.call_sid for one in participants.list()} == {call.sid for call in calls}
    first = flex.conferences(conference.sid).participants(calls[0].sid)
    assert first.update(hold=True).hold and first.update(muted=True).muted
    assert first.delete() is True
    assert flex.calls(calls[0].sid).fetch().status == "completed"
    assert flex.conferences(conference.sid).update(status="completed").status == "completed"
    assert flex.calls(calls[1].sid).fetch().status == "completed"


def test_a_caller_hears_the_menu_and_reaches_an_agent(sandbox, workspace):
    make_available(workspace, "ana")
    call = sandbox.act("calls", **{"from": PHONE, "to": sandbox.world()["number"]})
    assert call["status"] == "in-progress" and "Welcome" in call["prompt"]
    sandbox.act(f"calls/{call['sid']}/digits", digits="1")
    wait_until(lambda: workspace.tasks.list(), 30, "the task")
    (task,) = workspace.tasks.list()
    assert task.task_channel_unique_name == "voice" and json.loads(task.attributes)["call_sid"] == call["sid"]
    reservation = offered(workspace, task.sid)
    sandbox.act(f"reservations/{reservation.sid}/accept")
    sandbox.act(f"calls/{call['sid']}/hangup")
    assert workspace.tasks(task.sid).fetch().assignment_status == "wrapping"


def test_sync_maps_and_serverless_builds(flex):
    items = flex.sync.v1.services("default").sync_maps
    made = items.create(unique_name="extensions")
    entries = flex.sync.v1.services("default").sync_maps(made.sid).sync_map_items
    for number in range(3):
        entries.create(key=f"WK{number}", data={"extensionNumber": str(number)})
    assert [one.key for one in entries.list(page_size=2)] == ["WK0", "WK1", "WK2"]
    (service,) = flex.serverless.v1.services.list()
    handle = flex.serverless.v1.services(service.sid)
    build = handle.builds.create(runtime="node22")
    assert build.status == "building"
    wait_until(lambda: handle.builds(build.sid).build_status().fetch().status == "completed", 30, "the build")
    (environment,) = handle.environments.list()
    handle.environments(environment.sid).deployments.create(build_sid=build.sid)
    assert handle.environments(environment.sid).fetch().build_sid == build.sid


def test_the_account_of_the_path_must_be_the_own_one(sandbox):
    url = f"{sandbox.url}/api/api/2010-04-01/Accounts/{ACCOUNTS['frontline']}/Calls.json"
    answer = requests.get(url, auth=(ACCOUNTS["flex"], TOKENS["flex"]), timeout=30)
    assert answer.status_code in (401, 404)

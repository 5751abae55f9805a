"""The Sandbox's messaging, seen by Twilio's own library: REST in both dialects, and the webhooks it sends."""

from __future__ import annotations

import json

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

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
def fresh(request):
    if "sandbox" in request.fixturenames:
        requests.post(f"{request.getfixturevalue('sandbox').url}/sandbox/v1/reset", timeout=30).raise_for_status()


@pytest.fixture
def flex(sandbox):
    return sandbox.twilio("flex")


def refused(call) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as caught:
        call()
    return caught.value


def test_conversations_are_made_found_changed_and_removed(flex):
    made = flex.conversations.v1.conversations.create(
        friendly_name="Zoë", unique_name="ff:AC:CH1", attributes=json.dumps({"tier": 1})
    )
    assert made.sid.startswith("CH") and made.state == "active" and made.date_created.tzinfo is not None
    by_name = flex.conversations.v1.conversations("ff:AC:CH1").fetch()
    assert by_name.sid == made.sid and json.loads(by_name.attributes) == {"tier": 1}
    changed = flex.conversations.v1.conversations(made.sid).update(friendly_name="Ana", state="inactive")
    assert (changed.friendly_name, changed.state) == ("Ana", "inactive")
    assert flex.conversations.v1.conversations(made.sid).delete() is True
    assert refused(flex.conversations.v1.conversations(made.sid).fetch).status == 404


def test_a_unique_name_that_is_taken_and_a_participant_who_is_there_are_conflicts(flex):
    made = flex.conversations.v1.conversations.create(unique_name="once")
    error = refused(lambda: flex.conversations.v1.conversations.create(unique_name="once"))
    assert (error.status, error.code) == (409, 50353)
    made.participants.create(identity="ana")
    error = refused(lambda: made.participants.create(identity="ana"))
    assert (error.status, error.code) == (409, 50433)
    binding = {"messaging_binding_address": PHONE, "messaging_binding_proxy_address": "+14155550100"}
    made.participants.create(**binding)
    other = flex.conversations.v1.conversations.create()
    assert refused(lambda: other.participants.create(**binding)).status == 409


def test_a_service_of_its_own_and_the_default_one_are_the_same_data(flex, sandbox):
    service = flex.conversations.v1.services(sandbox.world()["service_sid"])
    made = service.conversations.create(friendly_name="in the service")
    assert flex.conversations.v1.conversations(made.sid).fetch().friendly_name == "in the service"
    assert [one.sid for one in service.conversations.list()] == [made.sid]


def test_messages_have_contiguous_indexes_and_are_paged_both_ways(flex):
    conversation = flex.conversations.v1.conversations.create()
    for number in range(120):
        conversation.messages.create(author="ana", body=f"número {number}")
    up = conversation.messages.list(order="asc", page_size=50)
    assert [one.index for one in up] == list(range(120))
    down = conversation.messages.list(order="desc", page_size=7, limit=30)
    assert [one.index for one in down] == list(range(119, 89, -1))
    assert up[3].body == "número 3" and up[3].author == "ana"


def test_a_message_keeps_the_author_and_date_it_was_given_and_is_edited_and_removed(flex):
    conversation = flex.conversations.v1.conversations.create()
    made = conversation.messages.create(
        author="ben@example.com", body="hola", date_created="2026-11-24T09:00:00Z", attributes='{"a": 1}'
    )
    assert made.author == "ben@example.com" and made.date_created.hour == 9
    edited = conversation.messages(made.sid).update(body="adiós", attributes='{"a": 2}')
    assert edited.body == "adiós" and edited.attributes == '{"a": 2}'
    assert conversation.messages(made.sid).delete() is True
    again = conversation.messages.create(body="next")
    assert again.index == 1, "an index is never given twice"
    assert again.author == "system"


def test_limits_are_refused(flex):
    conversation = flex.conversations.v1.conversations.create()
    assert refused(lambda: conversation.messages.create(body="x" * 1601)).status == 400
    assert conversation.messages.create(body="ñ" * 1600).index == 0
    assert refused(lambda: conversation.messages.create(body="x", attributes="{")).status == 400
    conversation.update(state="closed")
    assert refused(lambda: conversation.messages.create(body="late")).status == 400
    assert refused(lambda: conversation.participants.create(identity="late")).status == 400
    assert refused(lambda: conversation.update(state="active")).status == 400


def test_who_is_in_which_conversation_is_listed_by_identity_and_address(flex):
    for number in range(3):
        made = flex.conversations.v1.conversations.create(friendly_name=f"{number}")
        made.participants.create(identity="ana")
    made.participants.create(messaging_binding_address=PHONE, messaging_binding_proxy_address="+14155550100")
    rows = flex.conversations.v1.participant_conversations.list(identity="ana", page_size=2)
    assert [one.conversation_friendly_name for one in rows] == ["0", "1", "2"]
    (row,) = flex.conversations.v1.participant_conversations.list(address=PHONE)
    assert row.conversation_sid == made.sid and row.participant_messaging_binding["type"] == "sms"
    made.participants(row.participant_sid).delete()
    assert flex.conversations.v1.participant_conversations.list(address=PHONE) == []


def test_receipts_follow_a_message_to_a_phone(flex):
    conversation = flex.conversations.v1.conversations.create()
    conversation.participants.create(
        messaging_binding_address=f"whatsapp:{PHONE}", messaging_binding_proxy_address="whatsapp:+14155550101"
    )
    message = conversation.messages.create(author="ana", body="hola")
    receipts = lambda: conversation.messages(message.sid).delivery_receipts.list()  # noqa: E731
    wait_until(lambda: [one.status for one in receipts()] == ["read"], 30, "the receipt of a WhatsApp message")
    assert conversation.messages(message.sid).fetch().delivery["read"] == "all"


def test_read_horizons_users_and_setup(flex, sandbox):
    conversation = flex.conversations.v1.conversations.create()
    participant = conversation.participants.create(identity="ana", attributes='{"customer_id":"7"}')
    conversation.messages.create(body="one")
    read = conversation.participants(participant.sid).update(last_read_message_index=0)
    assert read.last_read_message_index == 0
    service = flex.conversations.v1.services(sandbox.world()["service_sid"])
    user = service.users("ana").fetch()
    assert service.users(user.sid).update(friendly_name="Ana Ruiz").friendly_name == "Ana Ruiz"
    address = flex.conversations.v1.address_configurations.create(
        type="sms", address="+14155550100", auto_creation_enabled=True, auto_creation_type="default"
    )
    assert [one.sid for one in flex.conversations.v1.address_configurations.list()] == [address.sid]
    hook = conversation.webhooks.create(
        target="webhook", configuration_url="http://127.0.0.1:9/x", configuration_filters=["onMessageAdded"]
    )
    assert conversation.webhooks.list()[0].configuration["filters"] == ["onMessageAdded"]
    assert conversation.webhooks(hook.sid).delete() is True


def test_conversation_with_participants_is_all_or_nothing(flex):
    made = flex.conversations.v1.conversation_with_participants.create(
        friendly_name="together",
        participant=[json.dumps({"identity": "ana"}), json.dumps({"identity": "ben"})],
    )
    people = flex.conversations.v1.conversations(made.sid).participants.list()
    assert [one.identity for one in people] == ["ana", "ben"]
    twice = [json.dumps({"identity": "ana"})] * 2
    assert refused(lambda: flex.conversations.v1.conversation_with_participants.create(participant=twice)).status == 409
    assert len(flex.conversations.v1.conversations.list()) == 1


def test_programmable_chat_sees_the_same_conversations(flex, sandbox):
    service = flex.chat.v2.services(sandbox.world()["service_sid"])
    channel = service.channels.create(unique_name="chan", friendly_name="Channel", type="private", created_by="ana")
    assert flex.conversations.v1.conversations(channel.sid).fetch().unique_name == "chan"
    member = channel.members.create(identity="ana_2Eruiz", attributes='{"member_type":"agent"}')
    assert [one.sid for one in channel.members.list(identity="ana_2Eruiz")] == [member.sid]
    assert refused(lambda: channel.members.create(identity="ana_2Eruiz")).status == 409
    for number in range(60):
        channel.messages.create(from_="ana_2Eruiz", body=f"{number}")
    assert [one.index for one in channel.messages.list(order="asc")] == list(range(60))
    newest = channel.messages.list(order="desc", limit=1)[0]
    assert (newest._from, newest.body, newest.type) == ("ana_2Eruiz", "59", "text")
    edited = channel.messages(newest.sid).update(body="edited", last_updated_by="ana")
    assert edited.was_edited and edited.last_updated_by == "ana"
    assert channel.fetch().messages_count == 60 and channel.update(attributes='{"s":1}').attributes == '{"s":1}'
    joined = service.users("ana_2Eruiz").user_channels.list()
    assert [one.channel_sid for one in joined] == [channel.sid]
    assert channel.members(member.sid).delete() and channel.delete()


def test_media_go_up_and_come_down_by_a_link_that_needs_no_credentials(flex, sandbox):
    service = sandbox.world()["service_sid"]
    up = requests.post(
        f"{sandbox.url}/api/mcs.us1/v1/Services/{service}/Media?Filename=foto.png",
        data=b"\x89PNG" + bytes(1000), headers={"Content-Type": "image/png"},
        auth=(ACCOUNTS["flex"], TOKENS["flex"]), timeout=30,
    )
    assert up.status_code == 201
    conversation = flex.conversations.v1.conversations.create()
    message = conversation.messages.create(author="ana", media_sid=up.json()["sid"])
    assert message.media == [
        {"sid": up.json()["sid"], "filename": "foto.png", "content_type": "image/png", "size": 1004, "category": "media"}
    ]
    down = requests.get(up.json()["links"]["content_direct_temporary"], timeout=30)
    assert down.content[:4] == b"\x89PNG" and down.headers["Content-Type"] == "image/png"
    assert requests.get(up.json()["links"]["content_direct_temporary"] + "0", timeout=30).status_code == 404


def test_wrong_credentials_and_unknown_paths(sandbox):
    assert requests.get(f"{sandbox.url}/api/conversations/v1/Conversations", timeout=30).json()["code"] == 20003
    answer = requests.get(
        f"{sandbox.url}/api/conversations/v1/Nothing", auth=(ACCOUNTS["flex"], TOKENS["flex"]), timeout=30
    )
    assert answer.status_code == 404 and answer.json()["code"] == 20404 and answer.headers["Twilio-Request-Id"]


# Webhooks


def configure(flex, receiver: Receiver, **more) -> None:
    flex.conversations.v1.configuration.webhooks().update(
        post_webhook_url=more.pop("url", receiver.url + "/conversations"), **more
    )


def test_rest_writes_are_silent_unless_they_ask(flex, receiver):
    configure(flex, receiver, filters=["onMessageAdded"])
    conversation = flex.conversations.v1.conversations.create()
    conversation.messages.create(author="ana", body="silent")
    conversation.messages.create(author="ana", body="told", x_twilio_webhook_enabled="true")
    (event,) = receiver.wait("onMessageAdded")
    assert event["Body"] == "told" and event["Index"] == "1" and event["Source"] == "API"
    assert "ClientIdentity" not in event
    assert receiver.verify_all(TOKENS["flex"]) == 1


def test_everything_a_person_does_is_told_signed_and_complete(flex, receiver, sandbox):
    configure(flex, receiver)
    chat = sandbox.act("customer/chats", name="Zoë & Co", body="¿Hola? 5 < 6 & más")
    sid, visitor = chat["conversation_sid"], chat["identity"]
    conversation = flex.conversations.v1.conversations(sid)
    conversation.participants.create(identity="ana", x_twilio_webhook_enabled="true")
    sent = sandbox.act(f"conversations/{sid}/messages", author="ana", body="dígame")
    sandbox.act(f"conversations/{sid}/edit", message_sid=sent["sid"], author="ana", body="dígame.")
    sandbox.act(f"conversations/{sid}/read", identity=visitor, index=1)
    sandbox.act(f"conversations/{sid}/remove", message_sid=sent["sid"], author="ana")
    sandbox.act(f"conversations/{sid}/leave", identity=visitor)
    sandbox.act(f"conversations/{sid}/close", identity="ana")
    receiver.wait("onConversationStateUpdated")
    wanted = {
        "onConversationAdded", "onParticipantAdded", "onMessageAdded", "onMessageUpdated", "onParticipantUpdated",
        "onMessageRemoved", "onParticipantRemoved", "onConversationStateUpdated",
    }
    wait_until(lambda: wanted <= set(receiver.names()), 30, "all events")
    assert receiver.verify_all(TOKENS["flex"]) >= len(wanted)
    first = receiver.events("onMessageAdded")[0]
    assert first["Author"] == visitor and first["ClientIdentity"] == visitor and first["Source"] == "SDK"
    assert first["Body"] == "¿Hola? 5 < 6 & más" and first["ConversationSid"] == sid
    assert set(first) == {
        "AccountSid", "EventType", "Source", "ClientIdentity", "RetryCount", "ChatServiceSid", "ConversationSid",
        "MessageSid", "MessagingServiceSid", "Index", "DateCreated", "Body", "Author", "ParticipantSid", "Attributes",
    }
    closed = receiver.events("onConversationStateUpdated")[-1]
    assert (closed["StateFrom"], closed["StateTo"]) == ("active", "closed") and "Attributes" not in closed
    tokens = [one["headers"]["I-Twilio-Idempotency-Token"] for one in receiver.received]
    assert len(set(tokens)) == len(tokens)


def test_a_text_from_a_phone_makes_a_conversation_and_its_answers_bring_receipts(flex, receiver, sandbox):
    configure(flex, receiver)
    sid = sandbox.act("customer/sms", **{"from": PHONE, "body": "hola"})["conversation_sid"]
    added = receiver.wait("onConversationAdded")[0]
    assert added["State"] == "initializing"
    message = receiver.wait("onMessageAdded")[0]
    assert message["Author"] == PHONE and message["Source"] == "SMS" and "ClientIdentity" not in message
    again = sandbox.act("customer/sms", **{"from": PHONE, "body": "otra"})["conversation_sid"]
    assert again == sid, "the open conversation of the two numbers is used again"
    flex.conversations.v1.conversations(sid).messages.create(author="ana", body="respuesta")
    receiver.wait("onDeliveryUpdated", 2)
    assert {one["Status"] for one in receiver.events("onDeliveryUpdated")} <= {"sent", "delivered"}
    receiver.verify_all(TOKENS["flex"])


def test_the_chat_dialect_tells_it_in_its_own_words(receiver):
    with Sandbox({"flex": {"dialect": "chat"}}) as sandbox:
        flex = sandbox.twilio("flex")
        service = flex.chat.v2.services(sandbox.world()["service_sid"])
        service.update(
            post_webhook_url=receiver.url + "/chat", webhook_filters=["onMessageSent", "onMemberAdded"],
            post_webhook_retry_count=1,
        )
        chat = sandbox.act("customer/chats", name="Zoë", body="hola")
        sent = receiver.wait("onMessageSent")[0]
        assert sent["From"] == chat["identity"] and sent["ChannelSid"] == chat["conversation_sid"]
        assert sent["InstanceSid"] == sandbox.world()["service_sid"] and sent["Index"] == "0"
        receiver.wait("onMemberAdded")
        assert set(receiver.names()) == {"onMessageSent", "onMemberAdded"}, "filters hold"
        receiver.verify_all(TOKENS["flex"])


def test_a_failing_receiver_is_tried_again_as_the_url_says(flex, receiver, sandbox):
    configure(flex, receiver, url=receiver.url + "/again#rc=2&rp=5xx,ct,rt", filters=["onMessageAdded"])
    receiver.statuses = [503, 500]
    conversation = flex.conversations.v1.conversations.create()
    sandbox.act(f"conversations/{conversation.sid}/messages", author="ana", body="x")
    wait_until(lambda: len(receiver.received) == 3, 30, "two retries")
    assert [one["form"]["RetryCount"] for one in receiver.received] == ["0", "1", "2"]
    assert len({one["headers"]["I-Twilio-Idempotency-Token"] for one in receiver.received}) == 1
    assert receiver.verify_all(TOKENS["flex"]) == 3
    # By default a 5xx is not retried.
    configure(flex, receiver, url=receiver.url + "/once", filters=["onMessageAdded"])
    receiver.statuses = [500]
    sandbox.act(f"conversations/{conversation.sid}/messages", author="ana", body="y")
    sandbox.act(f"conversations/{conversation.sid}/messages", author="ana", body="z")
    wait_until(lambda: len(receiver.received) == 5, 30, "one attempt each")
    assert [one["form"]["Body"] for one in receiver.received[3:]] == ["y", "z"]


def test_a_pre_event_webhook_changes_or_rejects_a_message(flex, receiver, sandbox):
    flex.conversations.v1.configuration.webhooks().update(
        pre_webhook_url=receiver.url + "/pre", filters=["onMessageAdd"]
    )
    conversation = flex.conversations.v1.conversations.create()
    receiver.status, receiver.body = 200, json.dumps({"body": "modified"}).encode()
    sent = sandbox.act(f"conversations/{conversation.sid}/messages", author="ana", body="original")
    assert sent["body"] == "modified"
    receiver.status, receiver.body = 403, b"{}"
    answer = requests.post(
        f"{sandbox.url}/sandbox/v1/conversations/{conversation.sid}/messages",
        json={"project": "flex", "author": "ana", "body": "no"}, timeout=30,
    )
    assert answer.status_code == 403
    assert [one.body for one in conversation.messages.list()] == ["modified"]
    assert conversation.messages.create(body="REST is not asked").body == "REST is not asked"
    receiver.verify_all(TOKENS["flex"])

import Events

@testable import TwilioREST

/// Makes each kind of call once.
struct APITour {
    let client: TwilioClient

    private let conversation = Fixture.conversation
    private let participant: ParticipantSID = Fixture.sid("4")
    private let message: MessageSID = Fixture.sid("5")
    private let task: TaskSID = Fixture.sid("6")
    private let worker: WorkerSID = Fixture.sid("7")
    private let reservation: ReservationSID = Fixture.sid("8")
    private let channel: ChannelSID = Fixture.sid("9")

    /// Makes them all; each that fails is told.
    func walk(_ failed: (String, TwilioError) -> Void) async {
        await conversations(failed)
        await chat(failed)
        await taskRouter(failed)
        await flexAndOthers(failed)
        await voice(failed)
    }

    private func attempt(
        _ name: String, _ failed: (String, TwilioError) -> Void, _ body: () async throws(TwilioError) -> Void
    ) async {
        do { try await body() } catch { failed(name, error) }
    }

    private func conversations(_ failed: (String, TwilioError) -> Void) async {
        let api = client.conversations(Fixture.service)
        let draft = ConversationDraft(
            friendlyName: "a", uniqueName: "b", attributes: .empty, state: .active, timersInactive: "PT1M",
            timersClosed: "PT10M")
        await attempt("conversations", failed) { () async throws(TwilioError) in
            _ = try await api.create(draft, webhooks: true)
            _ = try await api.fetch(conversation)
            _ = try await api.update(conversation, draft, webhooks: true)
            _ = try await api.delete(conversation, webhooks: true)
            _ = try await api.list(state: .active, startDate: "2026-11-24", endDate: "2026-11-25").all()
            _ = try await api.participantConversations(identity: "a").all()
            _ = try await api.participantConversations(address: "+1").all()
            _ = try await api.create(draft, participants: [ParticipantDraft(identity: "a")])
            _ = try await api.webhookConfiguration()
            _ = try await api.updateWebhookConfiguration(
                WebhookConfiguration(preWebhookURL: "", postWebhookURL: "", method: "POST", filters: ["onMessageAdded"])
            )
            _ = try await api.findUser("ana")
            _ = try await api.updateUser("ana", friendlyName: "a", attributes: .empty, webhooks: true)
        }
        let time = Timestamp(unixNanoseconds: 1_800_000_000_000_000_000)
        await attempt("messages", failed) { () async throws(TwilioError) in
            let messages = api.messages(conversation)
            let draft = MessageDraft(
                author: "a", body: "b", attributes: .empty, subject: "s", dateCreated: time, dateUpdated: time)
            _ = try await messages.create(draft, webhooks: true)
            _ = try await messages.fetch(message)
            _ = try await messages.update(message, draft, webhooks: true)
            _ = try await messages.delete(message, webhooks: true)
            _ = try await messages.list(order: .descending).all()
            _ = try await messages.receipts(message).all()
        }
        await attempt("participants", failed) { () async throws(TwilioError) in
            let participants = api.participants(conversation)
            let draft = ParticipantDraft(identity: "a", attributes: .empty, dateCreated: time)
            _ = try await participants.create(draft, webhooks: true)
            _ = try await participants.create(ParticipantDraft(address: "+1", proxyAddress: "+2"))
            _ = try await participants.fetch(participant)
            _ = try await participants.update(participant, ParticipantDraft(lastReadMessageIndex: 3))
            _ = try await participants.delete(identity: "a", webhooks: true)
            _ = try await participants.list().all()
            _ = try await api.webhooks(conversation).create(ScopedWebhookDraft(url: "https://a.example"))
            _ = try await api.webhooks(conversation).list().all()
            _ = try await client.accountConversations.webhookConfiguration()
            _ = try await client.accountConversations.addresses(type: "sms").all()
        }
    }

    private func chat(_ failed: (String, TwilioError) -> Void) async {
        let api = client.chat(Fixture.service)
        await attempt("chat", failed) { () async throws(TwilioError) in
            _ = try await api.settings()
            _ = try await api.updateSettings(
                ChatServiceDraft(postWebhookURL: "", webhookFilters: ["onMessageSent"], postWebhookRetryCount: 3))
            let draft = ChannelDraft(friendlyName: "a", uniqueName: "b", attributes: .empty, type: "private")
            _ = try await api.create(draft, webhooks: true)
            _ = try await api.fetch(channel)
            _ = try await api.update(channel, draft, webhooks: true)
            _ = try await api.delete(channel, webhooks: true)
            _ = try await api.list().all()
            _ = try await api.members(channel).create(MemberDraft(identity: "a", attributes: .empty), webhooks: true)
            _ = try await api.members(channel).list(identity: "a").all()
            _ = try await api.members(channel).delete(identity: "a", webhooks: true)
            _ = try await api.messages(channel).create(ChatMessageDraft(from: "a", body: "b"), webhooks: true)
            _ = try await api.messages(channel).update(message, ChatMessageDraft(body: "b"), webhooks: true)
            _ = try await api.messages(channel).list(order: .descending).all()
            _ = try await api.webhooks(channel).create(ScopedWebhookDraft(url: "https://a.example", retryCount: 1))
            _ = try await api.userChannels("a").all()
        }
    }

    private func taskRouter(_ failed: (String, TwilioError) -> Void) async {
        let api = client.taskRouter(Fixture.workspace)
        await attempt("taskRouter", failed) { () async throws(TwilioError) in
            _ = try await api.workspace()
            _ = try await api.updateWorkspace(eventCallbackURL: "https://a.example", eventsFilter: "task.created")
            _ = try await api.activities(available: true, friendlyName: "a").all()
            _ = try await api.taskQueues(friendlyName: "a").all()
            _ = try await api.workflows(friendlyName: "a").all()
            _ = try await api.workers(WorkerQuery(activityName: "a", available: true, friendlyName: "b")).all()
            _ = try await api.worker(worker)
            _ = try await api.updateWorker(
                worker, activity: Fixture.sid("1"), attributes: .empty, rejectPendingReservations: true, ifMatch: "1")
            _ = try await api.tasks(.attribute("conversationSid", equals: "CH1")).all()
            _ = try await api.tasks(TaskQuery(assignmentStatus: [.pending], ordering: "DateCreated:desc")).all()
            _ = try await api.task(task)
            _ = try await api.createTask(
                TaskDraft(workflowSID: Fixture.sid("1"), taskChannel: "chat", attributes: .empty))
            _ = try await api.updateTask(task, TaskUpdate(assignmentStatus: .completed, reason: "a"), ifMatch: "1")
            _ = try await api.deleteTask(task, ifMatch: "1")
            _ = try await api.reservations(task: task, status: .pending, worker: worker).all()
            _ = try await api.reservations(worker: worker, status: .pending).all()
            _ = try await api.reservation(reservation, task: task)
            _ = try await api.updateReservation(reservation, task: task, .accept, ifMatch: "1")
            _ = try await api.updateReservation(reservation, worker: worker, .reject(), ifMatch: "1")
            _ = try await api.events(EventQuery(minutes: 5, eventType: "task.created", taskSID: task)).all()
        }
    }

    private func flexAndOthers(_ failed: (String, TwilioError) -> Void) async {
        await attempt("flex", failed) { () async throws(TwilioError) in
            let (interaction, channel): (InteractionSID, InteractionChannelSID) = (Fixture.sid("1"), Fixture.sid("2"))
            let api = client.interactions
            _ = try await api.create(InteractionDraft(channel: JSONObject(), routing: JSONObject()))
            _ = try await api.channels(interaction).all()
            _ = try await api.updateChannel(interaction, channel, status: "closed", routing: JSONObject())
            _ = try await api.invite(interaction, channel, routing: JSONObject())
            _ = try await api.participants(interaction, channel).all()
            _ = try await api.addParticipant(interaction, channel, type: "agent", mediaProperties: JSONObject())
            _ = try await client.flexFlows.list(friendlyName: "a").all()
            _ = try await client.flexFlows.create(
                FlexFlowDraft(friendlyName: "a", chatServiceSID: Fixture.service, channelType: "sms", isEnabled: false))
            _ = try await client.flexChannels.create(
                FlexChannelDraft(flexFlowSID: "FO1", identity: "a", chatUserFriendlyName: "b", chatFriendlyName: "c"))
        }
        await attempt("frontline", failed) { () async throws(TwilioError) in
            _ = try await client.frontline.find("ana")
            _ = try await client.frontline.update(
                "ana", isAvailable: true, state: "active", friendlyName: "a", avatar: "b")
        }
        await attempt("proxy", failed) { () async throws(TwilioError) in
            let api = client.proxy("KS1")
            _ = try await api.create(ProxySessionDraft(uniqueName: "a", mode: "message-only", ttlSeconds: 60))
            _ = try await api.list().all()
            _ = try await api.addParticipant("KC1", ProxyParticipantDraft(identifier: "+1", proxyIdentifier: "+2"))
            _ = try await api.deleteParticipant("KC1", "KP1")
        }
        await attempt("sync", failed) { () async throws(TwilioError) in
            let api = client.sync(Fixture.service)
            _ = try await api.createMap(uniqueName: "a")
            _ = try await api.createItem("MP1", key: "k", data: JSONObject(), ttlSeconds: 1)
            _ = try await api.updateItem("MP1", key: "k", data: JSONObject(), ifMatch: "1")
            _ = try await api.deleteItem("MP1", key: "k", ifMatch: "1")
            _ = try await api.items("MP1", from: "k").all()
        }
        await attempt("serverless", failed) { () async throws(TwilioError) in
            let api = client.serverless("ZS1")
            _ = try await api.environments().all()
            _ = try await api.deployments("ZE1").all()
            _ = try await api.createDeployment("ZE1", buildSID: "ZB1", isPlugin: true)
            _ = try await api.builds().all()
            _ = try await api.buildStatus("ZB1")
            _ = try await api.createBuild(ServerlessBuildDraft(assetVersionSIDs: ["ZN1"], runtime: "node22"))
            _ = try await api.createAsset(friendlyName: "a")
            _ = try await api.assetVersions("ZH1").all()
        }
    }

    private func voice(_ failed: (String, TwilioError) -> Void) async {
        await attempt("voice", failed) { () async throws(TwilioError) in
            let call: CallSID = Fixture.sid("1")
            let conference: ConferenceSID = Fixture.sid("2")
            _ = try await client.calls.create(
                CallDraft(
                    to: "+1", from: "+2", twiml: "<Response/>", timeoutSeconds: 15, statusCallbackEvents: ["ringing"]))
            _ = try await client.calls.fetch(call)
            _ = try await client.calls.update(call, .hangUp)
            _ = try await client.calls.list(CallQuery(to: "+1", status: "busy")).all()
            _ = try await client.conferences.list(friendlyName: "a", status: "completed").all()
            _ = try await client.conferences.end(conference)
            _ = try await client.conferences.participants(conference).all()
            _ = try await client.conferences.addParticipant("CF1", ConferenceParticipantDraft(from: "+1", to: "+2"))
            _ = try await client.conferences.updateParticipant(
                conference, "CA1", ConferenceParticipantUpdate(isOnHold: true, isMuted: false))
            _ = try await client.conferences.removeParticipant(conference, "CA1")
        }
    }
}

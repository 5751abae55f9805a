extension TopicCatalogue {
    static let taskRouter =
        group("TaskRouter", from: ["Gateway"], key: .task) {
            [
                fact("task.created", "A task entered the workflow.", ["taskSid"]),
                fact(
                    "task.reserved", "A worker was offered the task (reservation.created).",
                    ["taskSid", "reservationSid"]),
                fact("task.accepted", "A worker took the task (reservation.accepted).", ["taskSid", "reservationSid"]),
                fact(
                    "task.rejected", "A worker declined the task (reservation.rejected).",
                    ["taskSid", "reservationSid"]),
                fact(
                    "task.timeout", "A worker did not answer in time (reservation.timeout).",
                    ["taskSid", "reservationSid"]),
                fact(
                    "task.rescinded", "Another worker was faster, the offer is gone (reservation.rescinded).",
                    ["taskSid", "reservationSid"]),
                fact("task.wrapping", perReservation("wrap-up began"), ["taskSid"]),
                fact("task.completed", perReservation("the work is done"), ["taskSid"]),
                fact("task.canceled", perReservation("the task, or the offer of it, was withdrawn"), ["taskSid"]),
                fact("task.transferred", "A transfer to another worker or queue was completed.", ["taskSid"]),
            ]
        }
        + group("TaskRouter", from: ["Gateway"], key: .worker) {
            [fact("worker.updated", "A worker's activity, attributes or capacity changed.", ["workerSid"])]
        }

    static let messaging = group("Messaging", from: ["Gateway"], key: .conversation) {
        [
            fact("conversation.added", "A conversation or channel was created.", ["dialect", "conversationSid"]),
            fact("conversation.updated", "Its name, attributes or state changed.", ["dialect", "conversationSid"]),
            fact("conversation.closed", "It was closed, removed or destroyed.", ["dialect", "conversationSid"]),
            fact("participant.added", "Someone joined.", ["dialect", "conversationSid"]),
            fact("participant.removed", "Someone left.", ["dialect", "conversationSid"]),
            fact(
                "message.added", "A message, with text or media, was written.",
                ["dialect", "conversationSid", "messageSid"]),
            fact("message.updated", "A message was edited.", ["dialect", "conversationSid", "messageSid"]),
            fact("message.removed", "A message was deleted.", ["dialect", "conversationSid", "messageSid"]),
            fact(
                "delivery.updated", "A message was sent, delivered, read, or not.",
                ["dialect", "conversationSid", "messageSid", "status"]),
        ]
    }

    static let sync =
        group("Sync", from: ["SyncSvc"], key: .pair) {
            [
                fact("sync.pump", "There is something to copy for this pair."),
                fact("message.replicated", "A message was copied to the other side."),
                fact("conversation.paired", "Two conversations were joined."),
                fact("conversation.repaired", "A pair that had drifted was put right."),
            ]
        }
        + group("Sync", from: ["SyncSvc"], key: .agent) {
            [
                fact("sync.agent", "There is something to do for this agent: a question, an answer, an activity."),
                fact("agent.notified", "An agent was told that someone waits."),
            ]
        }

    static let telephony =
        group("Telephony", from: ["Gateway", "CRMBridgeSvc"], key: .agent) {
            [request("dial.requested", "Someone clicked a number.", ["dialId", "agentId", "number"])]
        }
        + group("Telephony", from: ["CRMBridgeSvc"], key: .agent) {
            [
                fact(
                    "dial.accepted", "The dial request is being carried out.",
                    ["dialId", "agentId", "status", "e164", "interactionId"]),
                fact(
                    "dial.refused", "The dial request was not carried out; the reason is in the data.",
                    ["dialId", "agentId", "reason", "detail"]),
            ]
        }
        + group("Telephony", from: ["Gateway", "CRMBridgeSvc"], key: .call) {
            [
                fact("call.ringing", "The far end rings.", ["callSid"]),
                fact("call.answered", "The call was answered.", ["callSid"]),
                fact("call.held", "A party was put on hold.", ["callSid"]),
                fact("call.resumed", "A party was taken off hold.", ["callSid"]),
                fact("call.ended", "An answered call is over.", ["callSid"]),
                fact("call.failed", "A call ended without an answer: busy, no answer, canceled, failed.", ["callSid"]),
            ]
        }

    static let crm =
        group("CRM", from: ["CRMBridgeSvc"], key: .interaction) {
            [
                fact(
                    "screen.popped", "The agent's browser was shown a record.",
                    ["popId", "interactionId", "agentId", "outcome"])
            ]
        }
        + group("CRM", from: ["SyncSvc"], key: .interaction) {
            [fact("interaction.completed", "An interaction with a customer is over, however it ended.")]
        }
        + group("CRM", from: ["CRMBridgeSvc"], key: .interaction) {
            [
                fact("activity.logged", "The interaction was written to the CRM.", ["interactionId", "agentId"]),
                fact("activity.due", "A record of an interaction is to be written to the CRM.", ["interactionId"]),
                fact(
                    "activity.failed", "The CRM refused the record of an interaction for good.",
                    ["interactionId", "agentId"]),
                fact("case.created", "A case was opened in the CRM."),
                fact(
                    "interaction.check_due", "It is to be asked what became of an interaction.", ["interactionId"]),
                fact(
                    "interaction.wrapup_due", "An agent's time to finish with an interaction runs.", ["interactionId"]),
            ]
        }
        + group("CRM", from: ["CRMBridgeSvc"], key: .agent) {
            [
                fact(
                    "interaction.updated", "An agent's interaction with a customer is as the data says.",
                    ["agentId", "event", "interaction"]),
                fact("agent.updated", "An agent is as the data says.", ["agentId", "agent"]),
                request(
                    "pop.requested", "The agent's browser is to show a record.",
                    ["popId", "agentId", "interactionId", "trigger", "outcome"]),
            ]
        }

    static let extensions = group("Extensions", from: ["ExtensionsSvc"], key: .directory) {
        [
            fact("extensions.changed", "A draft of the directory was edited."),
            fact("extensions.published", "A version of the directory is in force.", ["version", "count", "sha256"]),
            fact("extensions.publish_failed", "A version could not be put in force."),
        ]
    }

    static let bus = group("The bus itself", from: ["any"], key: .process) {
        [
            fact("sys.group.lagging", "A group was moved past events at the disk floor, with the count."),
            fact("sys.dead_letter", "A group gave an event up."),
            fact("sys.gateway.rejected", "The Gateway refused a request."),
            fact("sys.journal.degraded", "A sync of the journal took more than a second, or a part of it is damaged."),
            fact("sys.tap.head", "Each second on the live tap: the last offset."),
            fact("sys.audit", "Someone used a right, such as unmasking."),
        ]
    }

    /// Families for what has no topic of its own, so that nothing a provider sends is dropped.
    public static let passThrough = [
        PassThrough(
            filter: "twilio.taskrouter.>",
            summary: "TaskRouter events without a topic above, by their name: `twilio.taskrouter.task-queue.entered`."),
        PassThrough(
            filter: "twilio.conversations.>",
            summary: "Conversations events without a topic above: `twilio.conversations.onUserUpdated`, pre-events."),
        PassThrough(
            filter: "twilio.chat.>",
            summary: "Programmable Chat events without a topic above: `twilio.chat.onMemberUpdated`, pre-events."),
        PassThrough(
            filter: "twilio.voice.>",
            summary: "Voice callbacks without a topic above: `twilio.voice.initiated`, conference and recording steps."),
    ]

    /// How topics read that a whole task and one agent's reservation share.
    private static func perReservation(_ what: String) -> String {
        "Of the task, \(what); with `reservationSid` in the data, of that one agent's part of it."
    }

    /// An entry before its group, publisher and key are known.
    private struct Draft {
        let topic: Topic
        let summary: String
        let fields: [String]
        let isImperative: Bool
    }

    private static func fact(_ topic: Topic, _ summary: String, _ fields: [String] = []) -> Draft {
        Draft(topic: topic, summary: summary, fields: fields, isImperative: false)
    }

    private static func request(_ topic: Topic, _ summary: String, _ fields: [String] = []) -> Draft {
        Draft(topic: topic, summary: summary, fields: fields, isImperative: true)
    }

    private static func group(
        _ name: String, from publishers: [String], key: KeyRule, _ drafts: () -> [Draft]
    ) -> [Entry] {
        drafts().map {
            Entry(
                topic: $0.topic, group: name, publishers: publishers, key: key, summary: $0.summary,
                requiredData: $0.fields, isImperative: $0.isImperative)
        }
    }
}

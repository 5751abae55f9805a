import Events

extension WebhookDialect {
    /// Voice callbacks: call progress, and the conference, recording and dial steps that carry other parameters.
    static let voice = WebhookDialect(
        family: .voice, dialect: nil, fields: voiceFields,
        events: [
            "ringing": call(.topic("call.ringing")),
            "in-progress": call(.topic("call.answered")),
            "answered": call(.topic("call.answered")),
            "completed": end(.topic("call.ended")),
            "busy": end(.topic("call.failed")),
            "failed": end(.topic("call.failed")),
            "no-answer": end(.topic("call.failed")),
            "canceled": end(.topic("call.failed")),
            "participant-hold": conference(.topic("call.held"), requires: ["CallSid"]),
            "participant-unhold": conference(.topic("call.resumed"), requires: ["CallSid"]),
        ],
        discriminators: [
            Discriminator(field: "StatusCallbackEvent", fallback: conference(.passThrough, requires: [])),
            Discriminator(
                field: "RecordingStatus", prefix: "recording-", unless: "CallStatus",
                fallback: EventRule(
                    .passThrough, required: ["AccountSid", "RecordingSid"],
                    identity: .fields([["RecordingSid"], ["RecordingStatus"]]),
                    key: ["CallSid", "ConferenceSid", "RecordingSid"], correlation: ["ParentCallSid", "CallSid"])),
            Discriminator(
                field: "DialCallStatus", prefix: "dial-",
                fallback: EventRule(
                    .passThrough, required: ["AccountSid", "CallSid"],
                    identity: .named(["CallSid", "DialCallSid"]), key: ["CallSid"],
                    correlation: ["ParentCallSid", "CallSid"])),
            Discriminator(
                field: "AnsweredBy", prefix: "answered-by-", unless: "CallStatus",
                fallback: EventRule(
                    .passThrough, required: ["AccountSid", "CallSid"], identity: .named(["CallSid"]),
                    key: ["CallSid"], correlation: ["ParentCallSid", "CallSid"])),
            Discriminator(field: "CallStatus", fallback: call(.passThrough)),
        ],
        times: [("Timestamp", .text)])

    /// A step of a call's progress; without a sequence number (TwiML requests have none) the status stands for it.
    private static func call(_ target: EventRule.Target) -> EventRule {
        EventRule(
            target, required: ["AccountSid", "CallSid"],
            identity: .fields([["CallSid"], ["SequenceNumber", "CallStatus"]]), key: ["CallSid"],
            correlation: ["ParentCallSid", "CallSid"])
    }

    /// The end of a call.
    ///
    /// There is one, so the status names it, and a listing of calls, which has no sequence numbers,
    /// gives the same id.
    private static func end(_ target: EventRule.Target) -> EventRule {
        EventRule(
            target, required: ["AccountSid", "CallSid"], identity: .fields([["CallSid"], ["CallStatus"]]),
            key: ["CallSid"], correlation: ["ParentCallSid", "CallSid"])
    }

    private static func conference(_ target: EventRule.Target, requires fields: [String]) -> EventRule {
        EventRule(
            target, required: ["AccountSid", "ConferenceSid"] + fields,
            identity: .fields([["ConferenceSid"], ["SequenceNumber"]]), key: ["CallSid", "ConferenceSid"],
            correlation: ["ConferenceSid"])
    }

    private static let voiceFields: [FieldRule] =
        [
            FieldRule("CallSid", .text), FieldRule("AccountSid", .text), FieldRule("ApiVersion", .text),
            FieldRule("Direction", .text), FieldRule("CallStatus", .text), FieldRule("ParentCallSid", .text),
            FieldRule("ForwardedFrom", .text), FieldRule("CallerName", .text), FieldRule("Timestamp", .text),
            FieldRule("CallbackSource", .text), FieldRule("SequenceNumber", .integer),
            FieldRule("CallDuration", .integer), FieldRule("Duration", .integer),
            FieldRule("SipResponseCode", .integer), FieldRule("RecordingUrl", .text), FieldRule("RecordingSid", .text),
            FieldRule("RecordingDuration", .integer), FieldRule("RecordingStatus", .text),
            FieldRule("AnsweredBy", .text), FieldRule("DialCallSid", .text), FieldRule("DialCallStatus", .text),
            FieldRule("DialCallDuration", .integer), FieldRule("ConferenceSid", .text),
            FieldRule("ParticipantLabel", .text), FieldRule("CallSidEndingConference", .text),
            FieldRule("ReasonConferenceEnded", .text), FieldRule("StatusCallbackEvent", .text),
            FieldRule("FriendlyName", .text), FieldRule("Muted", .boolean),
            FieldRule("Hold", .boolean), FieldRule("Coaching", .boolean), FieldRule("RetryCount", .delivery),
        ]
        + ["From", "To", "Caller", "Called"].flatMap { party in
            ["", "City", "State", "Zip", "Country"].map { FieldRule(party + $0, .text) }
        }
}

import Events

/// Voice's resources as the `2010-04-01` API shows them: RFC 2822 dates, links relative to the host.
extension JSONFields {
    mutating func members(of call: Call, in world: World) {
        let account = world.project.accountSID
        let uri = "/2010-04-01/Accounts/\(account)/Calls/\(call.sid)"
        text("sid", call.sid)
        text("account_sid", account)
        text("parent_call_sid", call.parentSID)
        text("to", call.to)
        text("to_formatted", call.to)
        text("from", call.from)
        text("from_formatted", call.from)
        text("phone_number_sid", call.to == world.project.number ? world.voice.number.sid : nil)
        text("status", call.status.rawValue)
        text("start_time", call.answeredAt?.rfc2822)
        text("end_time", call.endedAt?.rfc2822)
        text("duration", call.status.hasEnded ? String(call.duration) : nil)
        null("price")
        text("price_unit", "USD")
        text("direction", call.direction.rawValue)
        null("answered_by")
        null("annotation")
        text("api_version", "2010-04-01")
        null("forwarded_from")
        null("group_sid")
        null("caller_name")
        text("queue_time", "0")
        null("trunk_sid")
        null("stir_verstat")
        text("date_created", call.createdAt.rfc2822)
        text("date_updated", call.updatedAt.rfc2822)
        text("uri", uri + ".json")
        object("subresource_uris") { links in
            links.text("events", uri + "/Events.json")
            links.text("notifications", uri + "/Notifications.json")
            links.text("recordings", uri + "/Recordings.json")
        }
    }

    mutating func members(of conference: Conference, in world: World) {
        let account = world.project.accountSID
        let uri = "/2010-04-01/Accounts/\(account)/Conferences/\(conference.sid)"
        text("sid", conference.sid)
        text("account_sid", account)
        text("friendly_name", conference.friendlyName)
        text("status", conference.status)
        text("region", "us1")
        text("api_version", "2010-04-01")
        text("reason_conference_ended", conference.endReason)
        text("call_sid_ending_conference", conference.endedBy)
        text("date_created", conference.createdAt.rfc2822)
        text("date_updated", conference.updatedAt.rfc2822)
        text("uri", uri + ".json")
        object("subresource_uris") { $0.text("participants", uri + "/Participants.json") }
    }

    mutating func members(of member: Conference.Member, _ conference: Conference?, in world: World) {
        let account = world.project.accountSID
        let call = world.voice.calls[member.callSID]
        text("account_sid", account)
        text("call_sid", member.callSID)
        text("conference_sid", conference?.sid)
        text("label", member.label)
        bool("muted", member.isMuted)
        bool("hold", member.isHeld)
        bool("coaching", false)
        null("call_sid_to_coach")
        bool("start_conference_on_enter", member.startsConference)
        bool("end_conference_on_exit", member.endsConference)
        text("status", call.map { $0.status == .inProgress ? "connected" : $0.status.rawValue })
        null("queue_time")
        text("date_created", member.joinedAt.rfc2822)
        text("date_updated", (conference?.updatedAt ?? member.joinedAt).rfc2822)
        text(
            "uri",
            "/2010-04-01/Accounts/\(account)/Conferences/\(conference?.sid ?? "")/Participants/\(member.callSID).json")
    }

    mutating func number(in world: World, _ phoneNumber: String) {
        let number = world.voice.number
        let account = world.project.accountSID
        text("sid", number.sid)
        text("account_sid", account)
        text("phone_number", phoneNumber)
        text("friendly_name", phoneNumber)
        text("voice_url", number.voiceURL)
        text("voice_method", number.voiceMethod == .get ? "GET" : "POST")
        text("voice_fallback_url", number.fallbackURL)
        text("status_callback", number.callback.url ?? "")
        text("status", "in-use")
        text("api_version", "2010-04-01")
        object("capabilities") { capabilities in
            capabilities.bool("voice", true)
            capabilities.bool("sms", true)
            capabilities.bool("mms", true)
        }
        text("date_created", number.createdAt.rfc2822)
        text("date_updated", number.createdAt.rfc2822)
        text("uri", "/2010-04-01/Accounts/\(account)/IncomingPhoneNumbers/\(number.sid).json")
    }
}

import Events

extension WebhookScene {
    static let voiceEventNames = [
        "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled",
        "participant-hold", "participant-unhold",
    ]

    func call(_ name: String) -> [(String, String)] {
        let time = now.rfc2822
        if name.hasPrefix("participant-") {
            return [
                ("CallSid", sid("CA")), ("AccountSid", accountSID), ("ConferenceSid", sid("CF")),
                ("FriendlyName", sid("WT")), ("StatusCallbackEvent", name), ("Timestamp", time),
                ("SequenceNumber", name.hasSuffix("-hold") ? "3" : "4"), ("Muted", "false"),
                ("Hold", name.hasSuffix("-hold") ? "true" : "false"), ("Coaching", "false"),
            ]
        }
        var parameters = [
            ("CallSid", sid("CA")), ("AccountSid", accountSID), ("ApiVersion", "2010-04-01"),
            ("Direction", "outbound-api"),
            ("CallStatus", name), ("CallbackSource", "call-progress-events"), ("Timestamp", time),
        ]
        for (party, number) in [
            ("From", "+14155550199"), ("To", customer), ("Caller", "+14155550199"), ("Called", customer),
        ] {
            parameters += [
                (party, number), ("\(party)City", "SAN FRANCISCO"), ("\(party)State", "CA"), ("\(party)Zip", "94105"),
                ("\(party)Country", "US"),
            ]
        }
        switch name {
        case "initiated": parameters.append(("SequenceNumber", "0"))
        case "ringing": parameters.append(("SequenceNumber", "1"))
        case "in-progress": parameters.append(("SequenceNumber", "2"))
        default:
            let seconds = name == "completed" ? 95 : 0
            parameters += [
                ("SequenceNumber", name == "completed" ? "3" : "2"), ("CallDuration", String(seconds)),
                ("Duration", String((seconds + 59) / 60)),
                ("SipResponseCode", ["completed": "200", "busy": "486", "canceled": "487"][name] ?? "480"),
            ]
        }
        return parameters
    }
}

extension Timestamp {
    /// The RFC 2822 form in UTC, as the voice products write it.
    var rfc2822: String {
        let text = rfc3339
        let fields = text.prefix { $0 != "." && $0 != "Z" }.split { "-T:".contains($0) }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let weekday = days[Int(unixNanoseconds / 86_400_000_000_000 % 7)]
        let month = months[(Int(fields[1]) ?? 1) - 1]
        return "\(weekday), \(fields[2]) \(month) \(fields[0]) \(fields[3]):\(fields[4]):\(fields[5]) +0000"
    }
}

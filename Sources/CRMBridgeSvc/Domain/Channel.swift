/// By what a customer and an agent are in touch.
enum Channel: String, Hashable, Sendable, CaseIterable {
    case voice, sms, chat, email, whatsapp, callback

    /// By the unique name of TaskRouter's task channel, and the channel in the task's attributes.
    init(taskChannel: String?, attributes channelType: String?) {
        switch (channelType ?? taskChannel ?? "").lowercased() {
        case "voice", "call": self = .voice
        case "sms": self = .sms
        case "whatsapp": self = .whatsapp
        case "email": self = .email
        case "callback": self = .callback
        default: self = taskChannel == "voice" ? .voice : taskChannel == "sms" ? .sms : .chat
        }
    }
}

/// Who began.
enum CallDirection: String, Hashable, Sendable, CaseIterable {
    case inbound, outbound, `internal`
}

import Hosting

/// When the customer's record is shown to the agent.
///
/// Configuration keys, in `crm.pops`, for each channel (`voice`, `chat`, `sms`, `whatsapp`, `email`, `callback`):
/// - `<channel>.inbound` (`offered`, `accepted`, `selected` or `never`, default `accepted`).
/// - `<channel>.outbound` (the same, default `never`): the agent mostly comes from the record.
struct PopSettings: Hashable, Sendable {
    enum Trigger: String, Hashable, Sendable, CaseIterable {
        case offered, accepted, selected, never
    }

    private var triggers: [String: Trigger] = [:]

    init() {}

    init(reader: SettingsReader) {
        for channel in Channel.allCases {
            let section = reader.section(channel.rawValue)
            self[channel, .inbound] = section.choice("inbound", default: .accepted)
            self[channel, .outbound] = section.choice("outbound", default: .never)
        }
    }

    subscript(channel: Channel, direction: CallDirection) -> Trigger {
        get { triggers["\(channel.rawValue).\(direction.rawValue)"] ?? (direction == .inbound ? .accepted : .never) }
        set { triggers["\(channel.rawValue).\(direction.rawValue)"] = newValue }
    }
}

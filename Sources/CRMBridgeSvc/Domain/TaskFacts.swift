import Events

/// What a TaskRouter event says about the customer and how he is reached.
struct TaskFacts: Hashable, Sendable {
    let channel: Channel
    let direction: CallDirection
    let from: String
    let to: String
    var queueSID: String?
    var queueName: String?
    var conversationSID: String?
    var customerName: String?
    var customerEmail: String?
    var customerCall: String?
    var isIdentityVerified: Bool
    /// The task from which another agent handed the customer on.
    var origin: String?
    /// Of a record in the CRM, as task attributes may carry it.
    var contactID: String?
    /// Of a case, likewise.
    var caseID: String?
    let attributes: JSONObject

    /// Bytes of one text: visitors write some of them, and browsers take no longer ones.
    static let maxText = 200

    /// Attributes under which a record's id is known.
    private static let contactKeys = ["contactId", "contact_id", "crmId", "crmid"]
    private static let caseKeys = ["incidentId", "incidentid"]

    init(_ data: JSONValue) {
        let attributes = data["taskAttributes"]?.object ?? JSONObject()
        func text(_ names: String...) -> String? {
            for name in names {
                if let text = attributes[name]?.string, !text.isEmpty { return text.prefixed(bytes: Self.maxText) }
            }
            return nil
        }
        self.attributes = attributes
        channel = Channel(taskChannel: data["taskChannelUniqueName"]?.string, attributes: text("channelType"))
        direction = text("direction").flatMap { CallDirection(rawValue: $0) } ?? .inbound
        let address = text("customerAddress", "from", "caller") ?? ""
        if direction == .outbound {
            from = text("from", "caller") ?? ""
            to = text("outbound_to", "to", "called", "customerAddress") ?? ""
        } else {
            from = address
            to = text("to", "called") ?? ""
        }
        queueSID = data["taskQueueSid"]?.string
        queueName = data["taskQueueName"]?.string
        conversationSID = text("conversationSid", "channelSid")
        let customers = attributes["customers"]
        customerName = text("customerName", "name") ?? customers?["name"]?.string?.prefixed(bytes: Self.maxText)
        // A name that is only the address says nothing.
        if customerName == address { customerName = nil }
        customerEmail = text("email") ?? customers?["email"]?.string?.prefixed(bytes: Self.maxText)
        customerCall = text("call_sid")
        isIdentityVerified = attributes["identityVerified"]?.bool ?? false
        origin = text("transferred_from")
        contactID = Self.contactKeys.lazy.compactMap { text($0) }.first
        caseID = Self.caseKeys.lazy.compactMap { text($0) }.first
    }

    /// Attributes that the agent's browser may see: scalars of the configured names.
    func allowed(_ names: [String]) -> JSONObject {
        JSONObject(
            names.compactMap { name in
                guard let value = attributes[name], value.object == nil, value.array == nil else { return nil }
                return (name, value)
            })
    }

    /// Fills in what the interaction does not know yet.
    func fill(_ interaction: inout Interaction, allowed names: [String]) {
        if interaction.from.isEmpty { interaction.from = from }
        if interaction.to.isEmpty { interaction.to = to }
        interaction.queueSID = interaction.queueSID ?? queueSID
        interaction.queueName = interaction.queueName ?? queueName
        interaction.conversationSID = interaction.conversationSID ?? conversationSID
        interaction.customerName = interaction.customerName ?? customerName
        interaction.customerEmail = interaction.customerEmail ?? customerEmail
        interaction.customerCall = interaction.customerCall ?? customerCall
        if interaction.attributes.isEmpty {
            interaction.attributes = allowed(names)
            interaction.isIdentityVerified = isIdentityVerified
        }
    }

    /// For whom the CRM is asked.
    func query(region: String?) -> ContactQuery {
        let address = direction == .outbound ? to : from
        let isPhone = address.hasPrefix("+") || address.hasPrefix("whatsapp:")
        return ContactQuery(
            phone: isPhone ? address.replacing("whatsapp:", with: "") : nil, region: region,
            email: customerEmail ?? (address.contains("@") ? address : nil), name: customerName, id: contactID,
            caseID: caseID)
    }
}

/// An address and what a message to it begins.
public struct AddressConfiguration: Hashable, Sendable, TwilioResource {
    /// `IG…`.
    public let sid: String
    public let type: String?
    public let address: String
    public let friendlyName: String?
    public let isAutoCreationEnabled: Bool
    /// `webhook`, `studio` or `default`.
    public let autoCreationType: String?
    public let serviceSID: String?
    public let webhookURL: String?
    public let webhookFilters: [String]
    public let studioFlowSID: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        type = fields.optionalText("type")
        address = try fields.text("address")
        friendlyName = fields.optionalText("friendly_name")
        let creation = Fields(fields.document("auto_creation"))
        isAutoCreationEnabled = creation.optionalBool("enabled") ?? false
        autoCreationType = creation.optionalText("type")
        serviceSID = creation.optionalText("conversation_service_sid")
        webhookURL = creation.optionalText("webhook_url")
        webhookFilters = creation.texts("webhook_filters")
        studioFlowSID = creation.optionalText("studio_flow_sid")
    }
}

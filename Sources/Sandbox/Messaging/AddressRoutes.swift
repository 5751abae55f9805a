import Events
import Twilio

/// Address configurations: what a first message to a number begins.
enum AddressRoutes {
    private static let root = "conversations/v1/Configuration/Addresses"

    static let routes: [RestRoute] = [
        RestRoute(.post, root, create), RestRoute(.get, root, list), RestRoute(.get, root + "/{address}", fetch),
        RestRoute(.post, root + "/{address}", update), RestRoute(.delete, root + "/{address}", remove),
    ]

    private static let types = ["sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple", "chat"]

    private static func create(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let type = try request.required("Type")
        guard types.contains(type) else { throw .invalid("Type", "it is one of \(types.joined(separator: ", "))") }
        let address = try request.required("Address")
        guard !world.messaging.addresses.contains(where: { $0.address == address && $0.type == type }) else {
            throw TwilioProblem(status: 409, code: 50601, "An address configuration for this address already exists")
        }
        var made = AddressConfiguration(
            sid: world.newSID("IG"), type: type, address: address, created: world.now, updated: world.now)
        try apply(request, to: &made)
        world.messaging.addresses.append(made)
        return .object(201) { write(made, world, request, &$0) }
    }

    private static func apply(_ request: RestRequest, to address: inout AddressConfiguration) throws(TwilioProblem) {
        if let name = request.text("FriendlyName") { address.friendlyName = name }
        if let isEnabled = try request.bool("AutoCreation.Enabled") { address.isEnabled = isEnabled }
        if let creation = request.text("AutoCreation.Type") {
            guard ["webhook", "studio", "default"].contains(creation) else {
                throw .invalid("AutoCreation.Type", "it is webhook, studio or default")
            }
            address.creation = creation
        }
        if let service = request.text("AutoCreation.ConversationServiceSid") { address.serviceSID = service }
        if let url = request.text("AutoCreation.WebhookUrl") {
            address.webhookURL = try ConversationSetupRoutes.checked(url, "AutoCreation.WebhookUrl")
        }
        if let method = request.text("AutoCreation.WebhookMethod") {
            address.webhookMethod = try method.webhookMethod("AutoCreation.WebhookMethod")
        }
        let filters = request.all("AutoCreation.WebhookFilters")
        if !filters.isEmpty { address.webhookFilters = filters }
        if let flow = request.text("AutoCreation.StudioFlowSid") { address.flowSID = flow }
        address.retries = try request.int("AutoCreation.StudioRetryCount", in: 0...3) ?? address.retries
    }

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let type = request.query.first("Type")
        let found = world.messaging.addresses.filter { type == nil || $0.type == type }
        return try Page(request, found, key: \.sid).answer("address_configurations") {
            write($0, world, request, &$1)
        }
    }

    /// By SID or by the address itself.
    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> Int {
        let reference = request["address"]
        let found = world.messaging.addresses.firstIndex { $0.sid == reference || $0.address == reference }
        guard let found else { throw .notFound(request.path) }
        return found
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let at = try find(world, request)
        return .object { write(world.messaging.addresses[at], world, request, &$0) }
    }

    private static func update(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let at = try find(world, request)
        try apply(request, to: &world.messaging.addresses[at])
        world.messaging.addresses[at].updated = world.now
        return .object { write(world.messaging.addresses[at], world, request, &$0) }
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        world.messaging.addresses.remove(at: try find(world, request))
        return .noContent
    }

    private static func write(
        _ address: AddressConfiguration, _ world: World, _ request: RestRequest, _ json: inout JSONFields
    ) {
        json.text("sid", address.sid)
        json.text("account_sid", world.project.accountSID)
        json.text("type", address.type)
        json.text("address", address.address)
        json.text("friendly_name", address.friendlyName)
        json.object("auto_creation") { row in
            row.bool("enabled", address.isEnabled)
            row.text("type", address.creation)
            row.text("conversation_service_sid", address.serviceSID)
            row.text("webhook_url", address.webhookURL)
            row.text("webhook_method", address.webhookMethod.rawValue)
            row.value("webhook_filters", .array(address.webhookFilters.map { .string($0) }))
            row.text("studio_flow_sid", address.flowSID)
            row.number("studio_retry_count", address.retries)
        }
        json.date("date_created", address.created)
        json.date("date_updated", address.updated)
        json.text("url", request.baseURL + "/v1/Configuration/Addresses/" + address.sid)
        json.null("address_country")
    }
}

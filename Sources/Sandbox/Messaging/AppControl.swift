import Events

/// What the agents' mobile app asks the company's callbacks, below `/sandbox/v1/agent/`: its customers, templates, and the
/// address from which a conversation begins.
///
/// Questions are signed like webhooks; what is answered is handed to the page as it is. Without `callback_base` there is
/// nobody to ask: 404, and conversations begin with the project's own number.
enum AppControl {
    static let routes: [RestRoute] = [
        RestRoute(.get, asking: "agent/customers") { world, request throws(TwilioProblem) in
            let known = ["Query": "query", "NextPageToken": "page_token"]
            var more: [(name: String, value: String)] = [("PageSize", request.text("page_size") ?? "30")]
            for (name, ours) in known.sorted(by: { $0.key < $1.key }) {
                if let value = request.text(ours), !value.isEmpty { more.append((name, value)) }
            }
            return try ask(world, request, "crm", "GetCustomersList", more)
        },
        RestRoute(.get, asking: "agent/customers/{customer}") { world, request throws(TwilioProblem) in
            try ask(world, request, "crm", "GetCustomerDetailsByCustomerId", [("CustomerId", request["customer"])])
        },
        RestRoute(.get, asking: "agent/templates") { world, request throws(TwilioProblem) in
            var more = [(name: "CustomerId", value: try request.required("customer_id"))]
            if let conversation = request.text("conversation_sid") { more.append(("ConversationSid", conversation)) }
            return try ask(world, request, "templates", "GetTemplatesByCustomerId", more)
        },
        RestRoute(.post, asking: "agent/conversations", begin),
    ]

    /// A callback of the app: `Location` says what is asked, `Worker` who asks.
    private static func webhook(
        _ world: World, base: String, _ path: String, _ location: String, worker: String,
        _ more: [(name: String, value: String)]
    ) -> Webhook {
        let parameters =
            [
                (name: "AccountSid", value: world.project.accountSID), (name: "Location", value: location),
                (name: "Worker", value: worker),
            ] + more
        return Webhook(
            url: "\(base)/frontline/\(path)", event: location, parameters: parameters, policy: .conversations)
    }

    private static func ask(
        _ world: World, _ request: RestRequest, _ path: String, _ location: String,
        _ more: [(name: String, value: String)]
    ) throws(TwilioProblem) -> RestOutcome {
        guard let base = world.project.callbackBase else {
            throw .notFound("callback: sandbox.projects.\(world.project.name).callback_base is not set")
        }
        let worker = try request.required("worker")
        return .ask(webhook(world, base: base, path, location, worker: worker, more)) {
            _, reply throws(TwilioProblem) in
            RestAnswer(status: 200, try answer(reply, location))
        }
    }

    /// What a callback answered.
    ///
    /// - Throws: ``TwilioProblem``: 502 when it did not answer with JSON.
    private static func answer(_ reply: PreEventReply, _ location: String) throws(TwilioProblem) -> JSONValue {
        switch reply {
        case .modified(let body):
            if let json = try? JSONValue(parsing: body) { return json }
            throw TwilioProblem(status: 502, code: 20502, "\(location) was not answered with JSON")
        case .unmodified: throw TwilioProblem(status: 502, code: 20502, "\(location) was not answered")
        case .rejected(let status):
            throw TwilioProblem(status: 502, code: 20502, "\(location) was answered with status \(status)")
        }
    }

    private static func begin(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestOutcome {
        let id = try request.required("customer_id")
        let worker = try request.required("worker")
        let customer = World.AppCustomer(
            id: id, address: request.text("address") ?? id, channel: request.text("channel") ?? "sms",
            name: request.text("name"))
        let sid = try world.beginFromApp(worker: worker, customer: customer)
        guard let base = world.project.callbackBase else {
            world.fillFromApp(sid, worker: worker, customer: customer, proxy: world.ownAddress(customer.channel))
            return .answer(try shown(sid, world))
        }
        let question = webhook(
            world, base: base, "outgoing", "GetProxyAddress", worker: worker,
            [
                ("CustomerId", id), ("ChannelType", customer.channel), ("ChannelValue", customer.bound),
                ("ConversationSid", sid),
            ])
        return .ask(question) { world, reply throws(TwilioProblem) in
            do throws(TwilioProblem) {
                guard let proxy = try answer(reply, "GetProxyAddress")["proxy_address"]?.string, !proxy.isEmpty else {
                    throw TwilioProblem(status: 502, code: 20502, "GetProxyAddress was answered without proxy_address")
                }
                world.fillFromApp(sid, worker: worker, customer: customer, proxy: proxy)
                return try shown(sid, world)
            } catch {
                // Without our address the app gives the conversation up.
                if let position = world.messaging.find(sid, service: nil) {
                    world.removeConversation(position, origin: .sdk(worker))
                }
                throw error
            }
        }
    }

    private static func shown(_ sid: String, _ world: World) throws(TwilioProblem) -> RestAnswer {
        guard let position = world.messaging.find(sid, service: nil) else { throw .notFound("conversation \(sid)") }
        return .object(201) { world.writePage(position, messages: nil, &$0) }
    }
}

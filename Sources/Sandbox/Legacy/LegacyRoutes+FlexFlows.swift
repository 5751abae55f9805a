import Events

extension LegacyRoutes {
    static let flows: [RestRoute] = [
        RestRoute(.get, "flex-api/v1/FlexFlows") { world, request throws(TwilioProblem) in
            let name = request.text("FriendlyName")
            let list = world.legacy.flows.all.filter { name == nil || $0.friendlyName == name }
            return try Page(request, list, maxSize: maxPageSize, key: \.sid)
                .answer("flex_flows") { write($0, world, request, &$1) }
        },
        RestRoute(.post, "flex-api/v1/FlexFlows") { world, request throws(TwilioProblem) in
            let flow = FlexFlow(
                sid: world.newSID("FO"), friendlyName: try request.required("FriendlyName"),
                chatServiceSID: try request.required("ChatServiceSid"),
                channelType: try request.required("ChannelType"), contactIdentity: request.text("ContactIdentity"),
                isEnabled: try request.bool("Enabled") ?? true,
                integrationType: request.text("IntegrationType") ?? "task",
                workflowSID: request.text("Integration.WorkflowSid"), taskChannel: request.text("Integration.Channel"),
                isLongLived: try request.bool("LongLived") ?? false,
                hasJanitor: try request.bool("JanitorEnabled") ?? true, createdAt: world.now)
            world.legacy.flows[flow.sid] = flow
            return .object(201) { write(flow, world, request, &$0) }
        },
        RestRoute(.get, "flex-api/v1/FlexFlows/{flow}") { world, request throws(TwilioProblem) in
            guard let flow = world.legacy.flows[request["flow"]] else {
                throw .notFound("/FlexFlows/\(request["flow"])")
            }
            return .object { write(flow, world, request, &$0) }
        },
        RestRoute(.delete, "flex-api/v1/FlexFlows/{flow}") { world, request throws(TwilioProblem) in
            guard world.legacy.flows[request["flow"]] != nil else { throw .notFound("/FlexFlows/\(request["flow"])") }
            world.legacy.flows[request["flow"]] = nil
            return .noContent
        },
    ]

    static let channels: [RestRoute] = [
        RestRoute(.post, "flex-api/v1/Channels") { world, request throws(TwilioProblem) in
            let name = try request.required("ChatUserFriendlyName")
            return try begin(&world, request, userName: name)
        },
        RestRoute(.post, "flex-api/v1/WebChannels") { world, request throws(TwilioProblem) in
            let name = try request.required("CustomerFriendlyName")
            return try begin(&world, request, userName: name)
        },
        RestRoute(.get, "flex-api/v1/Channels") { world, request throws(TwilioProblem) in
            try Page(request, world.legacy.channels.all, maxSize: maxPageSize, key: \.sid)
                .answer("flex_chat_channels") { write($0, world, request, &$1) }
        },
        RestRoute(.get, "flex-api/v1/Channels/{channel}") { world, request throws(TwilioProblem) in
            guard let channel = world.legacy.channels[request["channel"]] else {
                throw .notFound("/Channels/\(request["channel"])")
            }
            return .object { write(channel, world, request, &$0) }
        },
    ]

    /// Makes the channel with its customer, and the task when the flow is integrated so.
    private static func begin(
        _ world: inout World, _ request: RestRequest, userName: String
    ) throws(TwilioProblem) -> RestAnswer {
        let reference = try request.required("FlexFlowSid")
        guard let flow = world.legacy.flows[reference] else {
            throw TwilioProblem(status: 404, code: 20404, "FlexFlow \(reference) was not found")
        }
        let identity = try request.required("Identity")
        let friendlyName = try request.required("ChatFriendlyName")
        var attributes = try taskAttributes(request)
        var about = JSONObject([
            ("from", .string(userName)), ("status", "ACTIVE"), ("long_lived", .bool(flow.isLongLived)),
        ])
        if let data = request.text("PreEngagementData") { about["pre_engagement_data"] = .string(data) }
        let position = try world.createConversation(
            ConversationDraft(
                friendlyName: friendlyName, uniqueName: request.text("ChatUniqueName"),
                attributes: JSONValue.object(about).description, createdBy: "system"),
            service: world.messaging.service(flow.chatServiceSID) == nil
                ? world.messaging.defaultServiceSID : flow.chatServiceSID, origin: .rest(request))
        let sid = world.messaging[position].sid
        let user = try world.ensureUser(
            identity, service: world.messaging[position].serviceSID, origin: .rest(request), friendlyName: userName)
        try world.addParticipant(ParticipantDraft(identity: identity), to: position, origin: .rest(request))
        var task = request.text("TaskSid")
        if task == nil, flow.integrationType == "task" {
            attributes["channelSid"] = .string(sid)
            for (name, value) in [("channelType", flow.channelType), ("name", userName), ("from", userName)]
            where attributes[name] == nil { attributes[name] = .string(value) }
            var wanted = TaskRequest()
            wanted.attributesText = JSONValue.object(attributes).description
            wanted.workflowSID = flow.workflowSID
            wanted.channel = flow.taskChannel ?? (flow.channelType == "sms" ? "sms" : "chat")
            let complete = wanted
            task = try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.create(complete, now: now).sid
            }
        }
        let channel = FlexChannel(
            sid: sid, flowSID: flow.sid, userSID: world.messaging.users[user].sid, taskSID: task, createdAt: world.now)
        world.legacy.channels[sid] = channel
        return .object(201) { write(channel, world, request, &$0) }
    }

    private static func taskAttributes(_ request: RestRequest) throws(TwilioProblem) -> JSONObject {
        guard let text = request.text("TaskAttributes") else { return JSONObject() }
        guard let object = (try? JSONValue(parsing: Array(text.utf8)))?.object else {
            throw .invalid("TaskAttributes", "it is a JSON object")
        }
        return object
    }

    private static func write(_ flow: FlexFlow, _ world: World, _ request: RestRequest, _ json: inout JSONFields) {
        json.text("sid", flow.sid)
        json.text("account_sid", world.project.accountSID)
        json.text("friendly_name", flow.friendlyName)
        json.text("chat_service_sid", flow.chatServiceSID)
        json.text("channel_type", flow.channelType)
        json.text("contact_identity", flow.contactIdentity)
        json.bool("enabled", flow.isEnabled)
        json.text("integration_type", flow.integrationType)
        json.value(
            "integration",
            [
                "workflow_sid": flow.workflowSID.map { .string($0) } ?? .null,
                "channel": flow.taskChannel.map { .string($0) } ?? .null,
            ])
        json.bool("long_lived", flow.isLongLived)
        json.bool("janitor_enabled", flow.hasJanitor)
        json.date("date_created", flow.createdAt)
        json.date("date_updated", flow.createdAt)
        json.text("url", "\(request.baseURL)/v1/FlexFlows/\(flow.sid)")
    }

    private static func write(_ channel: FlexChannel, _ world: World, _ request: RestRequest, _ json: inout JSONFields)
    {
        json.text("sid", channel.sid)
        json.text("account_sid", world.project.accountSID)
        json.text("flex_flow_sid", channel.flowSID)
        json.text("user_sid", channel.userSID)
        json.text("task_sid", channel.taskSID)
        json.date("date_created", channel.createdAt)
        json.date("date_updated", channel.createdAt)
        json.text("url", "\(request.baseURL)/v1/Channels/\(channel.sid)")
    }
}

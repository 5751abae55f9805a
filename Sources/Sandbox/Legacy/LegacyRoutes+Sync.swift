import Events

extension LegacyRoutes {
    /// A route below the project's Sync service, which is also called `default`.
    private static func route(
        _ method: RestMethod, _ path: String, _ handle: @escaping RestRoute.Handler
    ) -> RestRoute {
        RestRoute(method, "sync/v1/Services/{service}" + path) { world, request throws(TwilioProblem) in
            guard [world.legacy.syncServiceSID, "default"].contains(request["service"]) else {
                throw .notFound("/Services/\(request["service"])")
            }
            return try handle(&world, request)
        }
    }

    static let sync: [RestRoute] = [
        RestRoute(.get, "sync/v1/Services") { world, request throws(TwilioProblem) in
            try Page(request, [world.legacy.syncServiceSID], maxSize: 100, key: { $0 }).answer("services") {
                sid, json in
                json.text("sid", sid)
                json.text("account_sid", world.project.accountSID)
                json.text("unique_name", "default")
                json.text("friendly_name", "Default Service")
                json.text("url", "\(request.baseURL)/v1/Services/\(sid)")
                json.object("links") { $0.text("maps", "\(request.baseURL)/v1/Services/\(sid)/Maps") }
            }
        },
        route(.get, "/Maps") { world, request throws(TwilioProblem) in
            try Page(request, world.legacy.maps.all, maxSize: 100, key: \.sid)
                .answer("maps") { write($0, world, request, &$1) }
        },
        route(.post, "/Maps") { world, request throws(TwilioProblem) in
            let name = request.text("UniqueName")
            if let name, world.legacy.maps.first(where: { $0.uniqueName == name }) != nil {
                throw .conflict(code: 54301, "Unique name already exists")
            }
            let map = SyncMap(sid: world.newSID("MP"), uniqueName: name, createdAt: world.now, updatedAt: world.now)
            world.legacy.maps[map.sid] = map
            return .object(201) { write(map, world, request, &$0) }
        },
        route(.get, "/Maps/{map}") { world, request throws(TwilioProblem) in
            let map = try find(world, request)
            return .object { write(map, world, request, &$0) }
        },
        route(.delete, "/Maps/{map}") { world, request throws(TwilioProblem) in
            world.legacy.maps[try find(world, request).sid] = nil
            return .noContent
        },
    ]

    static let syncItems: [RestRoute] = [
        route(.get, "/Maps/{map}/Items") { world, request throws(TwilioProblem) in
            let map = try find(world, request)
            var list = map.sorted
            if request.text("Order") == "desc" { list.reverse() }
            if let from = request.text("From") {
                let isExclusive = request.text("Bounds") == "exclusive"
                let isDescending = request.text("Order") == "desc"
                list = list.filter {
                    $0.key == from ? !isExclusive : isDescending ? $0.key < from : $0.key > from
                }
            }
            return try Page(request, list, maxSize: 100, key: \.key)
                .answer("items") { write($0, map, world, request, &$1) }
        },
        route(.post, "/Maps/{map}/Items") { world, request throws(TwilioProblem) in
            var map = try find(world, request)
            let key = try request.required("Key")
            guard key.count <= SyncMap.maxKeyLength else {
                throw .invalid("Key", "it has at most \(SyncMap.maxKeyLength) characters")
            }
            guard map.items[key] == nil else {
                throw .conflict(code: 54208, "An Item with given key already exists in the Map")
            }
            guard map.items.count < SyncMap.maxItems else {
                throw TwilioProblem(status: 400, code: 54205, "The Map has \(SyncMap.maxItems) items, the limit")
            }
            let item = SyncMap.Item(
                key: key, data: try data(try request.required("Data")), revision: map.revision, createdAt: world.now,
                updatedAt: world.now, expiresAt: try expiry(request, world))
            map.items[key] = item
            map.revision += 1
            map.updatedAt = world.now
            world.legacy.maps[map.sid] = map
            expire(item, of: map.sid, &world)
            let made = map
            return .object(201) { write(item, made, world, request, &$0) }
        },
        route(.get, "/Maps/{map}/Items/{key}") { world, request throws(TwilioProblem) in
            let map = try find(world, request)
            let item = try item(map, request)
            return .object { write(item, map, world, request, &$0) }
        },
        route(.post, "/Maps/{map}/Items/{key}") { world, request throws(TwilioProblem) in
            var map = try find(world, request)
            var item = try item(map, request)
            try check(request, item)
            if let text = request.text("Data") { item.data = try data(text) }
            if let expiry = try expiry(request, world) { item.expiresAt = expiry }
            map.revision += 1
            item.revision = map.revision
            item.updatedAt = world.now
            map.items[item.key] = item
            world.legacy.maps[map.sid] = map
            expire(item, of: map.sid, &world)
            let (changed, whole) = (item, map)
            return .object { write(changed, whole, world, request, &$0) }
        },
        route(.delete, "/Maps/{map}/Items/{key}") { world, request throws(TwilioProblem) in
            var map = try find(world, request)
            let item = try item(map, request)
            try check(request, item)
            map.items[item.key] = nil
            map.revision += 1
            world.legacy.maps[map.sid] = map
            return .noContent
        },
    ]

    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> SyncMap {
        let reference = request["map"]
        guard
            let map = world.legacy.maps[reference] ?? world.legacy.maps.first(where: { $0.uniqueName == reference })
        else { throw .notFound("/Maps/\(reference)") }
        return map
    }

    private static func item(_ map: SyncMap, _ request: RestRequest) throws(TwilioProblem) -> SyncMap.Item {
        guard let item = map.items[request["key"]] else { throw .notFound("/Items/\(request["key"])") }
        return item
    }

    private static func check(_ request: RestRequest, _ item: SyncMap.Item) throws(TwilioProblem) {
        guard let wanted = request.ifMatch, wanted.filter({ $0 != "\"" }) != item.tag else { return }
        throw TwilioProblem(status: 412, code: 54103, "The revision of the Item does not match the expected revision")
    }

    private static func data(_ text: String) throws(TwilioProblem) -> JSONValue {
        guard text.utf8.count <= SyncMap.maxDataBytes else {
            throw TwilioProblem(status: 400, code: 54006, "Data has more than \(SyncMap.maxDataBytes) bytes")
        }
        guard let value = try? JSONValue(parsing: Array(text.utf8)), value.object != nil else {
            throw TwilioProblem(status: 400, code: 54008, "Data is not a JSON object")
        }
        return value
    }

    private static func expiry(_ request: RestRequest, _ world: World) throws(TwilioProblem) -> Timestamp? {
        let name = request.text("ItemTtl") == nil ? "Ttl" : "ItemTtl"
        return try request.int(name, in: 0...31_536_000).flatMap {
            $0 == 0 ? nil : world.now.advanced(by: .seconds($0))
        }
    }

    private static func expire(_ item: SyncMap.Item, of map: String, _ world: inout World) {
        guard let end = item.expiresAt else { return }
        world.after(end.elapsed(since: world.now)) { world in
            guard world.legacy.maps[map]?.items[item.key]?.expiresAt == end else { return }
            _ = world.legacy.maps.update(map) { $0.items[item.key] = nil }
        }
    }

    private static func write(_ map: SyncMap, _ world: World, _ request: RestRequest, _ json: inout JSONFields) {
        let url = "\(request.baseURL)/v1/Services/\(world.legacy.syncServiceSID)/Maps/\(map.sid)"
        json.text("sid", map.sid)
        json.text("unique_name", map.uniqueName)
        json.text("account_sid", world.project.accountSID)
        json.text("service_sid", world.legacy.syncServiceSID)
        json.text("revision", String(map.revision, radix: 16))
        json.null("date_expires")
        json.text("created_by", "system")
        json.date("date_created", map.createdAt)
        json.date("date_updated", map.updatedAt)
        json.text("url", url)
        json.object("links") { $0.text("items", "\(url)/Items") }
    }

    private static func write(
        _ item: SyncMap.Item, _ map: SyncMap, _ world: World, _ request: RestRequest, _ json: inout JSONFields
    ) {
        json.text("key", item.key)
        json.text("account_sid", world.project.accountSID)
        json.text("service_sid", world.legacy.syncServiceSID)
        json.text("map_sid", map.sid)
        json.text("revision", item.tag)
        json.value("data", item.data)
        json.date("date_expires", item.expiresAt)
        json.text("created_by", "system")
        json.date("date_created", item.createdAt)
        json.date("date_updated", item.updatedAt)
        json.text(
            "url", "\(request.baseURL)/v1/Services/\(world.legacy.syncServiceSID)/Maps/\(map.sid)/Items/\(item.key)")
    }
}

import Events

extension LegacyRoutes {
    /// A route below the project's Serverless service.
    private static func route(
        _ method: RestMethod, _ path: String, product: String = "serverless", _ handle: @escaping RestRoute.Handler
    ) -> RestRoute {
        RestRoute(method, "\(product)/v1/Services/{service}" + path) { world, request throws(TwilioProblem) in
            guard [world.legacy.serverless.serviceSID, "default"].contains(request["service"]) else {
                throw .notFound("/Services/\(request["service"])")
            }
            return try handle(&world, request)
        }
    }

    static let serverless: [RestRoute] = [
        RestRoute(.get, "serverless/v1/Services") { world, request throws(TwilioProblem) in
            let sid = world.legacy.serverless.serviceSID
            return try Page(request, [sid], maxSize: maxPageSize, key: { $0 }).answer("services") { sid, json in
                common(world, request, sid: sid, path: "", &json)
                json.text("unique_name", "default")
                json.text("friendly_name", "Sandbox")
                json.bool("include_credentials", true)
                json.bool("ui_editable", false)
                json.text("domain_base", "sandbox-\(sid.suffix(4))")
                json.date("date_created", world.legacy.serverless.createdAt)
                json.date("date_updated", world.legacy.serverless.createdAt)
                links(
                    world, request, path: "",
                    [
                        ("environments", "Environments"), ("functions", "Functions"), ("assets", "Assets"),
                        ("builds", "Builds"),
                    ], &json)
            }
        },
        route(.get, "/Assets") { world, request throws(TwilioProblem) in
            try Page(request, world.legacy.serverless.assets.all, maxSize: maxPageSize, key: \.sid)
                .answer("assets") { asset, json in
                    write(asset, world, request, &json)
                }
        },
        route(.post, "/Assets") { world, request throws(TwilioProblem) in
            let asset = ServerlessProject.Asset(
                sid: world.newSID("ZH"), friendlyName: try request.required("FriendlyName"), createdAt: world.now)
            world.legacy.serverless.assets[asset.sid] = asset
            return .object(201) { write(asset, world, request, &$0) }
        },
        route(.get, "/Assets/{asset}/Versions") { world, request throws(TwilioProblem) in
            let list = world.legacy.serverless.versions.all.filter { $0.assetSID == request["asset"] }
            return try Page(request, list, maxSize: maxPageSize, key: \.sid)
                .answer("asset_versions") { write($0, world, request, &$1) }
        },
        route(.post, "/Assets/{asset}/Versions", product: "serverless-upload") { world, request throws(TwilioProblem) in
            guard world.legacy.serverless.assets[request["asset"]] != nil else {
                throw .notFound("/Assets/\(request["asset"])")
            }
            let parts = try Multipart(request.body, contentType: request.contentType)
            guard let path = parts.text("Path"), let content = parts["Content"] else {
                throw .missing("Path and Content")
            }
            guard content.count <= ServerlessProject.maxContentBytes else {
                throw TwilioProblem(
                    status: 413, code: 20413, "Content exceeds \(ServerlessProject.maxContentBytes) bytes")
            }
            guard world.legacy.serverless.versions.count < ServerlessProject.maxVersions else {
                throw .invalid("There are \(ServerlessProject.maxVersions) asset versions, the limit")
            }
            let version = ServerlessProject.Version(
                sid: world.newSID("ZN"), assetSID: request["asset"], path: path,
                visibility: parts.text("Visibility") ?? "private", content: content, createdAt: world.now)
            world.legacy.serverless.versions[version.sid] = version
            return .object(201) { write(version, world, request, &$0) }
        },
        route(.get, "/Environments") { world, request throws(TwilioProblem) in
            try Page(request, [world.legacy.serverless.environmentSID], maxSize: maxPageSize, key: { $0 })
                .answer("environments") { environment($0, world, request, &$1) }
        },
        route(.get, "/Environments/{environment}") { world, request throws(TwilioProblem) in
            let sid = try checkedEnvironment(world, request)
            return .object { environment(sid, world, request, &$0) }
        },
        route(.get, "/Environments/{environment}/Deployments") { world, request throws(TwilioProblem) in
            _ = try checkedEnvironment(world, request)
            // The newest first, as the provider lists them.
            let list = Array(world.legacy.serverless.deployments.all.reversed())
            return try Page(request, list, maxSize: maxPageSize, key: \.sid)
                .answer("deployments") { write($0, world, request, &$1) }
        },
        route(.post, "/Environments/{environment}/Deployments") { world, request throws(TwilioProblem) in
            _ = try checkedEnvironment(world, request)
            let build = try request.required("BuildSid")
            guard world.legacy.serverless.builds[build]?.status == "completed" else {
                throw TwilioProblem(status: 400, code: 20001, "Build \(build) is not one that has completed")
            }
            let deployment = ServerlessProject.Deployment(
                sid: world.newSID("ZD"), buildSID: build, createdAt: world.now)
            world.legacy.serverless.deployments[deployment.sid] = deployment
            return .object(201) { write(deployment, world, request, &$0) }
        },
    ]

    static let builds: [RestRoute] = [
        route(.get, "/Builds") { world, request throws(TwilioProblem) in
            let list = Array(world.legacy.serverless.builds.all.reversed())
            return try Page(request, list, maxSize: maxPageSize, key: \.sid)
                .answer("builds") { write($0, world, request, &$1) }
        },
        route(.post, "/Builds") { world, request throws(TwilioProblem) in
            let dependencies = (try request.json("Dependencies")).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
            var build = ServerlessProject.Build(
                sid: world.newSID("ZB"), assetVersions: request.all("AssetVersions"),
                functionVersions: request.all("FunctionVersions"), dependencies: dependencies ?? [],
                runtime: request.text("Runtime") ?? "node22", createdAt: world.now, updatedAt: world.now)
            let isKnown = build.assetVersions.allSatisfy { world.legacy.serverless.versions[$0] != nil }
            guard isKnown else { throw .invalid("AssetVersions", "each is the SID of an asset version") }
            build.status = "building"
            let made = build
            world.legacy.serverless.builds[made.sid] = made
            world.after(ServerlessProject.buildTime) { world in
                let time = world.now
                _ = world.legacy.serverless.builds.update(made.sid) { build in
                    build.status = "completed"
                    build.updatedAt = time
                }
            }
            return .object(201) { write(made, world, request, &$0) }
        },
        route(.get, "/Builds/{build}") { world, request throws(TwilioProblem) in
            let build = try build(world, request)
            return .object { write(build, world, request, &$0) }
        },
        route(.get, "/Builds/{build}/Status") { world, request throws(TwilioProblem) in
            let build = try build(world, request)
            return .object { json in
                common(world, request, sid: build.sid, path: "/Builds/\(build.sid)/Status", &json)
                json.text("status", build.status)
            }
        },
    ]

    private static func build(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> ServerlessProject.Build {
        guard let build = world.legacy.serverless.builds[request["build"]] else {
            throw .notFound("/Builds/\(request["build"])")
        }
        return build
    }

    private static func checkedEnvironment(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> String {
        let sid = world.legacy.serverless.environmentSID
        guard request["environment"] == sid else { throw .notFound("/Environments/\(request["environment"])") }
        return sid
    }

    private static func common(
        _ world: World, _ request: RestRequest, sid: String, path: String, _ json: inout JSONFields
    ) {
        let service = world.legacy.serverless.serviceSID
        json.text("sid", sid)
        json.text("account_sid", world.project.accountSID)
        json.text("service_sid", service)
        json.text("url", "\(request.baseURL)/v1/Services/\(service)\(path)")
    }

    /// Links to what is below a resource.
    private static func links(
        _ world: World, _ request: RestRequest, path: String, _ links: [(name: StaticString, path: String)],
        _ json: inout JSONFields
    ) {
        let base = "\(request.baseURL)/v1/Services/\(world.legacy.serverless.serviceSID)\(path)/"
        json.object("links") { row in
            for link in links { row.text(link.name, base + link.path) }
        }
    }

    private static func write(
        _ asset: ServerlessProject.Asset, _ world: World, _ request: RestRequest, _ json: inout JSONFields
    ) {
        common(world, request, sid: asset.sid, path: "/Assets/\(asset.sid)", &json)
        json.text("friendly_name", asset.friendlyName)
        json.date("date_created", asset.createdAt)
        json.date("date_updated", asset.createdAt)
        links(world, request, path: "/Assets/\(asset.sid)", [("asset_versions", "Versions")], &json)
    }

    private static func environment(_ sid: String, _ world: World, _ request: RestRequest, _ json: inout JSONFields) {
        common(world, request, sid: sid, path: "/Environments/\(sid)", &json)
        json.text("unique_name", "dev")
        json.text("domain_suffix", "dev")
        json.text("domain_name", world.legacy.serverless.domainName)
        json.text("build_sid", world.legacy.serverless.liveBuild)
        json.date("date_created", world.legacy.serverless.createdAt)
        json.date("date_updated", world.legacy.serverless.deployments.all.last?.createdAt)
        links(
            world, request, path: "/Environments/\(sid)",
            [("variables", "Variables"), ("deployments", "Deployments"), ("logs", "Logs")], &json)
    }

    private static func write(
        _ version: ServerlessProject.Version, _ world: World, _ request: RestRequest, _ json: inout JSONFields
    ) {
        common(
            world, request, sid: version.sid, path: "/Assets/\(version.assetSID)/Versions/\(version.sid)", &json)
        json.text("asset_sid", version.assetSID)
        json.text("path", version.path)
        json.text("visibility", version.visibility)
        json.date("date_created", version.createdAt)
    }

    private static func write(
        _ deployment: ServerlessProject.Deployment, _ world: World, _ request: RestRequest, _ json: inout JSONFields
    ) {
        let environment = world.legacy.serverless.environmentSID
        common(
            world, request, sid: deployment.sid, path: "/Environments/\(environment)/Deployments/\(deployment.sid)",
            &json)
        json.text("environment_sid", environment)
        json.text("build_sid", deployment.buildSID)
        json.date("date_created", deployment.createdAt)
        json.date("date_updated", deployment.createdAt)
    }

    private static func write(
        _ build: ServerlessProject.Build, _ world: World, _ request: RestRequest, _ json: inout JSONFields
    ) {
        common(world, request, sid: build.sid, path: "/Builds/\(build.sid)", &json)
        json.text("status", build.status)
        json.text("runtime", build.runtime)
        json.value("dependencies", build.dependencies)
        let versions = build.assetVersions.compactMap { world.legacy.serverless.versions[$0] }
        json.objects("asset_versions", versions) { write($0, world, request, &$1) }
        json.objects("function_versions", build.functionVersions) { $1.text("sid", $0) }
        json.date("date_created", build.createdAt)
        json.date("date_updated", build.updatedAt)
        links(world, request, path: "/Builds/\(build.sid)", [("build_status", "Status")], &json)
    }
}

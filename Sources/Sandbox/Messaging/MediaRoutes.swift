import Events
import Hosting
import Twilio

/// The media content host: bytes go up raw, and come down by a link that works for some minutes.
enum MediaRoutes {
    static let routes: [RestRoute] = [
        RestRoute(.post, "mcs.us1/v1/Services/{service}/Media", upload),
        RestRoute(.get, "mcs.us1/v1/Services/{service}/Media/{media}", fetch),
        RestRoute(.get, "mcs.us1/v1/Services/{service}/Media/{media}/Content", content),
        RestRoute(.delete, "mcs.us1/v1/Services/{service}/Media/{media}", remove),
    ]

    private static func upload(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        guard !request.body.isEmpty else { throw .missing("body") }
        let item = try world.addMedia(
            request.body, contentType: request.contentType.isEmpty ? "application/octet-stream" : request.contentType,
            filename: request.query.first("Filename") ?? request.query.first("filename"),
            author: request.query.first("Author"), service: service)
        return .object(201) { write(item, world, request, &$0) }
    }

    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> MediaItem {
        let service = try request.service(world)
        guard let item = world.messaging.media[request["media"]], item.serviceSID == service else {
            throw .notFound(request.path)
        }
        return item
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let item = try find(world, request)
        return .object { write(item, world, request, &$0) }
    }

    private static func content(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let item = try find(world, request)
        return RestAnswer(status: 200, body: item.bytes, contentType: item.contentType)
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let item = try find(world, request)
        world.messaging.mediaBytes -= item.bytes.count
        world.messaging.media[item.sid] = nil
        return .noContent
    }

    private static func write(_ item: MediaItem, _ world: World, _ request: RestRequest, _ json: inout JSONFields) {
        let url = "\(request.baseURL)/v1/Services/\(item.serviceSID)/Media/\(item.sid)"
        json.text("sid", item.sid)
        json.text("account_sid", world.project.accountSID)
        json.text("service_sid", item.serviceSID)
        json.null("channel_sid")
        json.null("message_sid")
        json.date("date_created", item.created)
        json.date("date_updated", item.created)
        json.date("date_upload_updated", item.created)
        json.number("size", item.bytes.count)
        json.text("content_type", item.contentType)
        json.text("filename", item.filename)
        json.text("author", item.author)
        json.text("category", "media")
        json.bool("is_multipart_upstream", false)
        json.text("url", url)
        json.object("links") { links in
            links.text("content", url + "/Content")
            let root = request.baseURL.dropLast("/api/mcs.us1".count)
            links.text("content_direct_temporary", root + world.temporaryPath(of: item))
        }
    }
}

extension World {
    /// Keeps uploaded bytes.
    ///
    /// - Throws: ``TwilioProblem``: 413 for a large file, 507 when the project's media are full.
    mutating func addMedia(
        _ bytes: [UInt8], contentType: String, filename: String?, author: String?, service: String
    ) throws(TwilioProblem) -> MediaItem {
        guard bytes.count <= MediaItem.maxBytes else {
            throw TwilioProblem(status: 413, code: 50522, "Media have at most \(MediaItem.maxBytes) bytes")
        }
        guard messaging.mediaBytes + bytes.count <= MediaItem.maxTotalBytes else {
            throw TwilioProblem(status: 507, code: 0, "The Sandbox keeps \(MediaItem.maxTotalBytes) bytes of media")
        }
        let item = MediaItem(
            sid: newSID("ME"), serviceSID: service, filename: filename, contentType: contentType, author: author,
            bytes: bytes, created: now)
        messaging.media[item.sid] = item
        messaging.mediaBytes += bytes.count
        return item
    }

    /// `/media/<project>/<ME…>/<expiry>-<check>`: needs no credentials.
    func temporaryPath(of item: MediaItem) -> String {
        let expiry = clock.advanced(by: MediaItem.linkLifetime).unixSeconds
        return "/media/\(project.name)/\(item.sid)/\(expiry)-\(check(item.sid, expiry))"
    }

    /// The media of a temporary link that has not run out.
    func media(path segments: some BidirectionalCollection<Substring>) -> MediaItem? {
        let parts = Array(segments)
        guard parts.count == 4, let item = messaging.media[String(parts[2])] else { return nil }
        let link = parts[3].split(separator: "-")
        guard link.count == 2, let expiry = Int(link[0]), expiry >= clock.unixSeconds else { return nil }
        return link[1] == check(item.sid, expiry) ? item : nil
    }

    private func check(_ sid: String, _ expiry: Int) -> String {
        let seed = project.authToken.reveal().utf8.reduce(UInt64(expiry)) { SeededGenerator.mixed($0 &+ UInt64($1)) }
        return String(sid.utf8.reduce(seed) { SeededGenerator.mixed($0 &+ UInt64($1)) }, radix: 36)
    }
}

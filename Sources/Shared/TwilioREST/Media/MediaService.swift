public import Events

/// The files of one conversation or chat service (media content host).
public struct MediaService: Sendable {
    let client: TwilioClient
    public let sid: ChatServiceSID

    private static let collection = "/v1/Services/{service}/Media"
    private static let one = "/v1/Services/{service}/Media/{media}"

    /// Stores a file.
    ///
    /// Repeated after an unknown outcome: a copy that no message names harms nobody.
    ///
    /// - Parameters:
    ///   - bytes: Its content.
    ///   - contentType: Its MIME type.
    ///   - filename: Its name, for people.
    /// - Returns: The file; its SID goes into a message.
    /// - Throws: ``TwilioError``.
    public func upload(
        _ bytes: [UInt8], contentType: String, filename: String? = nil
    ) async throws(TwilioError) -> MediaItem {
        var call = Call.post(
            .media, Self.collection, sid.text, body: .other(contentType: contentType, bytes), rule: .idempotent)
        call.query.add("Filename", filename)
        return try await client.perform(call)
    }

    public func fetch(_ media: MediaSID) async throws(TwilioError) -> MediaItem {
        try await client.perform(.get(.media, Self.one, sid.text, media.text))
    }

    /// Nil when there is no such file.
    public func find(_ media: MediaSID) async throws(TwilioError) -> MediaItem? {
        try await client.find(.get(.media, Self.one, sid.text, media.text))
    }

    /// Reads a file: asks for its temporary address, then for the bytes there, without credentials.
    ///
    /// - Parameters:
    ///   - media: Which.
    ///   - limitBytes: Its size, at most.
    /// - Returns: The bytes.
    /// - Throws: ``TwilioError/tooLarge(limitBytes:)`` beyond the limit, before anything is read when its size is known.
    public func download(_ media: MediaSID, limitBytes: Int) async throws(TwilioError) -> MediaContent {
        let item = try await fetch(media)
        if let size = item.size, size > limitBytes { throw .tooLarge(limitBytes: limitBytes) }
        guard let url = item.temporaryURL else {
            throw .unanswered(reason: "the file has no temporary address")
        }
        let base = client.core.configuration.endpoints[.media]
        guard url.hasPrefix("https://") || url.hasPrefix(base.scheme + "://") else { throw .foreignLink }
        let response = try await client.response(.anonymous(.media, url, maxResponseBytes: limitBytes))
        return MediaContent(
            bytes: response.body, contentType: response.headers[.contentType] ?? item.contentType,
            filename: item.filename)
    }
}

extension TwilioClient {
    /// The files of one conversation or chat service.
    ///
    /// - Parameter service: `IS…`.
    /// - Returns: The calls.
    public func media(_ service: ChatServiceSID) -> MediaService {
        MediaService(client: self, sid: service)
    }
}

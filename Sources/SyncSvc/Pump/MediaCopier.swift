import Events
import TwilioREST

/// Brings the file of a message over to the other side's media host.
///
/// A message has one file on the way: of several, the first. What is too large, or gone, stays behind with a note.
struct MediaCopier: Sendable {
    /// HTTP statuses that blame the file; with others, such as a refused token, it is tried again.
    static let fileStatuses = [400, 404, 410, 413, 415]

    let limitBytes: Int

    /// - Returns: The file on the other side; nil: it stays behind.
    /// - Throws: `TwilioError` when it may work later.
    func carry(_ copy: MessageCopy, _ projects: BothSides<any MessagingProject>) async throws(TwilioError) -> MediaSID?
    {
        guard let file = copy.source.media.first, file.size <= limitBytes else { return nil }
        do throws(TwilioError) {
            let bytes = try await projects[copy.from].download(file.sid, limitBytes: limitBytes)
            let media = MediaBytes(bytes: bytes.bytes, contentType: file.contentType, filename: file.filename)
            return try await projects[copy.to].upload(media)
        } catch {
            switch error {
            case .tooLarge: return nil
            case .rejected(let problem) where Self.fileStatuses.contains(problem.status): return nil
            case .outcomeUnknown, .unreadable:
                // An upload that nobody refers to harms nobody.
                throw .unanswered(reason: "the upload of a file was not answered")
            default: throw error
            }
        }
    }

    /// What stands in the place of a file that stayed behind.
    static func note(_ media: some Sequence<ProjectMedia>) -> String {
        "[" + media.map { $0.filename ?? $0.contentType }.joined(separator: ", ") + "]"
    }
}

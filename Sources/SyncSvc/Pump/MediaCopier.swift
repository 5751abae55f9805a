import Events
import TwilioREST

/// Brings the files of a message over to the other side's media host.
///
/// The provider's REST API takes one file with a message. Of several, all but the last are written as parts, each in a
/// message of its own, before the copy: whoever finds the copy knows that its parts are there. What is too large, or
/// gone, stays behind, and the copy tells of it.
struct MediaCopier: Sendable {
    /// What was brought over.
    struct Carried: Hashable, Sendable {
        /// The file that goes with the copy.
        var media: MediaSID?
        /// Files that stay behind.
        var left: [ProjectMedia] = []
    }

    /// HTTP statuses that blame the file; with others, such as a refused token, it is tried again.
    static let fileStatuses = [400, 404, 410, 413, 415]

    let limitBytes: Int
    let budget: MediaBudget
    /// For how long an intent is renewed before a part is written.
    let intentTime: Duration

    /// Brings all files of a message over, and writes all but the last.
    ///
    /// It may run again after a crash or a lost answer: the pump has waited for the intent's end then, and parts that are
    /// there are not written again.
    /// - Throws: `TwilioError`, `BusError` when it may work later.
    func carry(_ copy: MessageCopy, _ session: PairSession) async throws -> Carried {
        var carried = Carried()
        let files = copy.source.media
        let parts = files.dropLast()
        let written = parts.isEmpty ? [] : try await written(copy, session)
        for (place, file) in parts.enumerated() where !written.contains(place + 1) {
            await session.goesOn()
            guard let media = try await bring(file, copy, session),
                try await write(media, part: place + 1, of: copy, session)
            else {
                carried.left.append(file)
                continue
            }
        }
        guard let last = files.last else { return carried }
        await session.goesOn()
        carried.media = try await bring(last, copy, session)
        if carried.media == nil { carried.left.append(last) }
        return carried
    }

    /// The parts that an earlier attempt has written.
    private func written(_ copy: MessageCopy, _ session: PairSession) async throws -> Set<Int> {
        guard let conversation = session.conversation(on: copy.to) else { return [] }
        let project = session.services.projects[copy.to]
        let floor = try await session.services.messages.partsFloor(of: copy.source.sid) {
            try await project.lastIndex(in: conversation)
        }
        guard !floor.isNew else { return [] }
        var numbers: Set<Int> = []
        var index = floor.index
        while true {
            await session.goesOn()
            let list = try await project.messages(
                in: conversation, after: index, limit: session.services.settings.listMessages)
            for message in list.messages {
                if case .part(copy.from, copy.source.sid, let number) = message.tag { numbers.insert(number) }
            }
            guard list.hasMore, let last = list.messages.last else { return numbers }
            index = last.index
        }
    }

    /// Writes a part; false: the provider refuses it.
    private func write(
        _ media: MediaSID, part number: Int, of copy: MessageCopy, _ session: PairSession
    ) async throws -> Bool {
        guard let conversation = session.conversation(on: copy.to), var record = session.record else { return false }
        // Conditional: whoever was superseded stops here. And nobody writes before this part has ended or never will.
        let end = session.now.advanced(by: intentTime)
        if record.intent == nil { RepairFollowUp.note(end, in: &record) } else { record.intent?.until = end }
        try await session.save(record)
        let post = MessagePost(
            author: MessageCopier.author(of: copy, session.services), body: nil,
            attributes: MirrorTag.part(number, side: copy.from, message: copy.source.sid), media: media,
            dateCreated: copy.source.dateCreated)
        do throws(TwilioError) {
            _ = try await session.services.projects[copy.to].post(post, in: conversation)
            return true
        } catch {
            guard case .rejected(let problem) = error, Self.fileStatuses.contains(problem.status),
                problem.status != 404
            else { throw error }
            return false
        }
    }

    /// - Returns: The file on the other side; nil: it stays behind.
    private func bring(
        _ file: ProjectMedia, _ copy: MessageCopy, _ session: PairSession
    ) async throws -> MediaSID? {
        guard file.size <= limitBytes else { return nil }
        let projects = session.services.projects
        return try await budget.hold(file.size > 0 ? file.size : limitBytes) { () async throws(TwilioError) in
            // The wait for room has used up a part of the time that the transfers need.
            await session.goesOn()
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
    }

    /// The text of a copy without some files: a note tells of them below it.
    static func text(_ body: String?, leaving left: [ProjectMedia]) -> String? {
        guard !left.isEmpty else { return body }
        return [body, note(left)].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// What stands in the place of a file that stayed behind.
    static func note(_ media: some Sequence<ProjectMedia>) -> String {
        "[" + media.map { $0.filename ?? $0.contentType }.joined(separator: ", ") + "]"
    }
}

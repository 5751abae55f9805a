import Events
import TwilioREST

/// Both conversations of a pair, listed whole.
struct PairListing: Sendable {
    let messages: BothSides<[ProjectMessage]>
    let diff: PairDiff
    /// Files of parts, by the message that they belong to.
    private let parts: BothSides<[MessageSID: [ProjectMedia]]>

    /// Lists and compares; nil when a conversation is longer than `limit`, or the pair has no counterpart yet.
    init?(
        _ record: PairRecord, projects: BothSides<any MessagingProject>, limit: Int
    ) async throws(TwilioError) {
        var messages = BothSides<[ProjectMessage]>(both: [])
        for side in Side.allCases {
            guard let conversation = record.conversations[side] else { return nil }
            var after = -1
            while true {
                let list = try await projects[side].messages(in: conversation, after: after, limit: 1_000)
                messages[side] += list.messages
                guard messages[side].count <= limit else { return nil }
                guard list.hasMore, let last = list.messages.last else { break }
                after = last.index
            }
        }
        self.messages = messages
        let parts = BothSides(flex: Self.parts(messages.flex), frontline: Self.parts(messages.frontline))
        self.parts = parts
        func listed(_ side: Side) -> [ListedMessage] {
            messages[side].map { message in
                var files: [ProjectMedia] = []
                if case .of(_, let source) = message.tag { files = parts[side][source] ?? [] }
                return ListedMessage(message, parts: files, name: projects[side].name(of:))
            }
        }
        diff = PairDiff(
            flex: listed(.flex), frontline: listed(.frontline),
            begins: [.flex: Self.begin(.flex, messages), .frontline: Self.begin(.frontline, messages)])
    }

    /// What would put the pair right, as far as anything can: a copy that says already all that it can is left alone.
    var plan: RepairPlan {
        RepairPlan(diff) { step in
            guard case .rewrite = step else { return true }
            return rewrite(step) != nil
        }
    }

    /// The copy that a rewriting step is about, and what it has to say.
    func rewrite(_ step: RepairPlan.Step) -> (copy: MessageSID, text: CopyRewrite)? {
        guard case .rewrite(let side, let copy, let original) = step,
            let message = messages[side].first(where: { $0.sid.text == copy }),
            let source = messages[side.other].first(where: { $0.sid.text == original }),
            let text = CopyRewrite(message, parts: parts[side][source.sid] ?? [], of: source, from: side.other)
        else { return nil }
        return (message.sid, text)
    }

    /// The files of parts, by the message that they belong to, each once and in their order.
    private static func parts(_ messages: [ProjectMessage]) -> [MessageSID: [ProjectMedia]] {
        var numbered: [MessageSID: [Int: ProjectMedia]] = [:]
        for message in messages {
            guard case .part(_, let source, let number) = message.tag, let file = message.media.first else { continue }
            numbered[source, default: [:]][number] = file
        }
        return numbered.mapValues { $0.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// What the sample left uncopied before it was replaced stays as it is: from which index on copies are expected.
    private static func begin(_ side: Side, _ messages: BothSides<[ProjectMessage]>) -> Int {
        let legacy = Side.allCases.flatMap { messages[$0] }.filter { $0.tag == .legacy }
        guard let last = legacy.compactMap(\.dateCreated).max() else { return 0 }
        return messages[side].first { $0.dateCreated ?? last > last }?.index ?? Int.max
    }
}

import Events
import FoundationEssentials
import Twilio

/// What `patchbay trigger` sends: enough to make exactly the same webhooks again.
struct TriggerPlan: Codable, Equatable, Sendable {
    /// A topic or a provider's event name.
    var event: String
    /// The dialect, where an event exists in two.
    var family: String?
    var project: String
    /// The first webhook's; each further one has the next.
    var seed: UInt64
    var count: Int
    /// When it happens, in nanoseconds since 1970.
    var time: UInt64

    /// Webhooks at most in one run.
    static let countLimit = 1_000_000

    /// The n-th webhook, of a contact of its own; nil for an event that no provider has.
    func webhook(_ index: Int, accountSID: String) -> WebhookFixture? {
        var scene = WebhookScene(
            seed: seed &+ UInt64(index), accountSID: accountSID, now: Timestamp(unixNanoseconds: time))
        return scene.webhook(event, family: family.flatMap(WebhookFamily.init))
    }

    /// Names that can be triggered, by dialect, for the help.
    static func catalogue() -> [String] {
        let topics = WebhookScene.topics.map(\.name).joined(separator: " ")
        return ["Topics: \(topics)"]
            + WebhookFamily.allCases.map { family in
                "\(family): \((WebhookScene.eventNames[family] ?? []).joined(separator: " "))"
            }
    }
}

/// Keeps the last plan, so that it can be sent once more.
struct LastTrigger: Sendable {
    let path: String

    init(stateDirectory: String) {
        path = stateDirectory + "/dev/last-trigger.json"
    }

    /// - Throws: ``CommandFailure`` when it cannot be written.
    func save(_ plan: TriggerPlan) throws {
        try PrivateFile.makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try PrivateFile.write(String(decoding: try encoder.encode(plan), as: UTF8.self) + "\n", to: path)
    }

    /// - Throws: ``CommandFailure`` when there is none.
    func load() throws -> TriggerPlan {
        guard let bytes = try? PrivateFile.read(path, limit: 65_536) else {
            throw CommandFailure("There is no last trigger to repeat: \(path) is not there.", .usage)
        }
        do {
            return try JSONDecoder().decode(TriggerPlan.self, from: Data(bytes))
        } catch {
            throw CommandFailure("\(path) is not what this version writes; send something new first.", .data)
        }
    }
}

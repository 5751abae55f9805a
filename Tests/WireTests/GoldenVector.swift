import FoundationEssentials

/// One file of `Tests/Fixtures/wire/v1`: the bytes of a message (written by the Python client) and what they mean.
struct GoldenVector: Decodable, CustomStringConvertible {
    var name: String
    var hex: String

    var description: String { name }

    /// The message.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in hex.compactMap(\.hexDigitValue) {
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return bytes
    }

    /// Whether it is a record or a batch rather than a message with a header.
    var isFrame: Bool { !name.hasPrefix("record-") && name != "batch" }

    /// All of them, by name.
    static let all: [GoldenVector] = {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/wire/v1")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path())) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            guard let data = try? Data(contentsOf: directory.appending(path: name)) else { return nil }
            return try? JSONDecoder().decode(GoldenVector.self, from: data)
        }
    }()

    static let frames = all.filter(\.isFrame)
}

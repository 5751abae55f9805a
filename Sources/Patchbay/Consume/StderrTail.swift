import Synchronization

/// The end of what a program wrote to standard error; all of it is passed on as well.
final class StderrTail: Sendable {
    private let limit: Int
    private let bytes = Mutex<[UInt8]>([])

    init(limit: Int) {
        self.limit = limit
    }

    func append(_ chunk: [UInt8]) {
        bytes.withLock { bytes in
            bytes += chunk.suffix(limit)
            if bytes.count > limit { bytes.removeFirst(bytes.count - limit) }
        }
    }

    var text: String {
        bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }
}

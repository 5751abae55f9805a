import Logging
import Synchronization
import Testing
import Wire

@testable import Bus

@Suite(.timeLimit(.minutes(1)))
struct CallTests {
    @Test(arguments: [
        (ReplyStatus.unavailable, BusError.unavailable), (.unknown, .outcomeUnknown),
        (.failed, .failed(Failure(code: "x.y", message: "no", retryable: false))),
    ])
    func `a call ends as its reply says`(status: ReplyStatus, expected: BusError) async throws {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .call else { return false }
            var body: [UInt8] = []
            let failure = Failure(code: "x.y", message: "no", retryable: false)
            ReplyBody.encode(status, payload: ControlJSON.encode(failure), into: &body)
            reply.answer(.replied, ref: header.ref, body)
            return true
        }
        defer { broker.stop() }
        try await withConnection(broker.path) { bus in
            await #expect(throws: expected) { try await bus.call("s", [1], within: .seconds(30)) }
        }
    }

    @Test func `a call whose server is lost with the session has an unknown outcome`() async throws {
        let seen = Record<Void>()
        let path = socketPath()
        let broker = try FakeBroker(path: path) { header, _, _ in
            if header.type == .call { seen.add(()) }
            return header.type == .call
        }
        try await withConnection(path) { bus in
            await #expect(throws: BusError.outcomeUnknown) {
                async let answer = bus.call("s", [], within: .seconds(30))
                _ = await seen.first(1)
                broker.stop()
                _ = try await answer
            }
        }
    }

    @Test func `a server answers calls, and says with a code what it threw`() async throws {
        let replies = Record<(ReplyStatus, [UInt8])>()
        let broker = try FakeBroker(path: socketPath()) { header, body, reply in
            switch header.type {
            case .serve:
                for ref in 1...2 as ClosedRange<UInt64> {
                    var call: [UInt8] = []
                    CallBody.encode(deadline: 1_000, service: "double", payload: [UInt8(ref)], into: &call)
                    reply.answer(.request, ref: ref, call)
                }
                return false
            case .reply:
                if let answer = body.withUnsafeBytes({ bytes in
                    (try? ReplyBody(bytes)).map { ($0.status, Array($0.payload)) }
                }) {
                    replies.add(answer)
                }
                return true
            default: return false
            }
        }
        defer { broker.stop() }
        let answers = try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bus.serve("double", concurrency: 2) { payload in
                        guard payload == [1] else { throw BusError.unavailable }
                        return [2]
                    }
                }
                let answers = await replies.first(2)
                group.cancelAll()
                try await group.waitForAll()
                return answers
            }
        }
        #expect(answers.contains { $0 == (.ok, [2]) })
        let failed = try #require(answers.first { $0.0 == .failed })
        #expect(try ControlJSON.decode(Failure.self, from: failed.1).code == "call.unavailable")
    }

    @Test func `an answer that no frame can carry is an error of that call alone`() async throws {
        let replies = Record<(ReplyStatus, [UInt8])>()
        let broker = try FakeBroker(path: socketPath()) { header, body, reply in
            switch header.type {
            case .serve:
                var call: [UInt8] = []
                CallBody.encode(deadline: 1_000, service: "large", payload: [], into: &call)
                reply.answer(.request, ref: 1, call)
                return false
            case .reply:
                if let answer = body.withUnsafeBytes({ bytes in
                    (try? ReplyBody(bytes)).map { ($0.status, Array($0.payload)) }
                }) {
                    replies.add(answer)
                }
                return true
            default: return false
            }
        }
        defer { broker.stop() }
        let answer = try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await bus.serve("large") { _ in [UInt8](repeating: 0, count: BusLimits.callBytes + 1) }
                }
                let answers = await replies.first(1)
                group.cancelAll()
                try await group.waitForAll()
                return answers[0]
            }
        }
        #expect(answer.0 == .failed)
        #expect(try ControlJSON.decode(Failure.self, from: answer.1).code == "reply.too_large")
    }

    @Test func `of two servers of one service one ends, and the other goes on`() async throws {
        let told = Record<String>()
        let replies = Record<UInt64>()
        let broker = try FakeBroker(path: socketPath()) { header, body, reply in
            switch header.type {
            case .serve, .unserve:
                let request = try? body.withUnsafeBytes { try ControlJSON.decode(ServeRequest.self, from: $0) }
                told.add("\(header.type) \(request?.concurrency ?? 0)")
                guard request?.concurrency == 1 else { return false }
                var call: [UInt8] = []
                CallBody.encode(deadline: 1_000, service: "s", payload: [], into: &call)
                reply.answer(.request, ref: 7, call)
                return false
            case .reply:
                replies.add(header.ref)
                return true
            default: return false
            }
        }
        defer { broker.stop() }
        try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let first = Task { try await bus.serve("s", concurrency: 2) { $0 } }
                #expect(await told.first(1) == ["serve 2"])
                group.addTask { try await bus.serve("s", concurrency: 1) { $0 } }
                #expect(await told.first(1) == ["serve 3"])
                first.cancel()
                try await first.value
                #expect(await told.first(1) == ["serve 1"])
                #expect(await replies.first(1) == [7])
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(await told.first(1) == ["unserve 0"])
        }
    }
}

import Events
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

@testable import CRMBridgeSvc

/// A small CRM over real HTTP, in the form of the preset `rest`, with faults: it finds by the last digits alone, as CRMs
/// do that store what people type.
final class TestCRM: Sendable {
    enum Fault: Sendable {
        case status(Int, retryAfter: String? = nil, body: String = "{}")
        /// Does it and answers after the client has given up.
        case late(Duration)
        case text(String)
        /// So many bytes of JSON.
        case large(Int)
    }

    private struct State {
        var contacts: [(id: String, json: JSONObject)] = []
        var cases: [(id: String, json: JSONObject)] = []
        var activities: [(id: String, json: JSONValue)] = []
        var faults: [Fault] = []
        var requests: [(method: String, target: String, headers: HTTPFields, body: String)] = []
    }

    static let token = "tok/en+1"
    private let state = Mutex(State())

    func fail(_ faults: [Fault]) { state.withLock { $0.faults = faults } }
    var requests: [(method: String, target: String, headers: HTTPFields, body: String)] {
        state.withLock { $0.requests }
    }
    var activities: [(id: String, json: JSONValue)] { state.withLock { $0.activities } }

    /// Runs it on a free port as long as `body` runs.
    func serve<Value: Sendable>(_ body: @Sendable @escaping (Int) async throws -> Value) async throws -> Value {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let router = Router(context: BasicRequestContext.self)
        for method in [HTTPRequest.Method.get, .put, .post] {
            router.on("/**", method: method) { request, _ in try await self.answer(request) }
        }
        var logger = Logger(label: "crm")
        logger.logLevel = .critical
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: logger)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try? await app.runService(gracefulShutdownSignals: [])
                return nil
            }
            group.addTask {
                var first = ports.makeAsyncIterator()
                return try await body(await first.next() ?? 0)
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let text = String(buffer: body)
        let fault = state.withLock { state -> Fault? in
            state.requests.append((request.method.rawValue, request.uri.description, request.headers, text))
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        switch fault {
        case .status(let status, let pause, let body)?:
            var headers = HTTPFields()
            if let pause { headers[HTTPField.Name("Retry-After") ?? .age] = pause }
            return Response(
                status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
        case .text(let text)?: return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        case .large(let bytes)?:
            let text = "\"" + String(repeating: "x", count: bytes) + "\""
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        case .late(let delay)?:
            let response = route(request, text)
            try? await Task.sleep(for: delay)
            return response
        case nil: return route(request, text)
        }
    }

    private func route(_ request: Request, _ body: String) -> Response {
        guard request.headers[.authorization] == "Bearer \(Self.token)" else { return Self.json(401, JSONObject()) }
        let path = request.uri.path.split(separator: "/").map(Self.decoded)
        let query = request.uri.queryParameters
        func parameter(_ name: String) -> String? { query[Substring(name)].map(String.init) }
        let limit = parameter("limit").flatMap { Int($0) } ?? 50
        let json = (try? JSONValue(parsing: body.utf8)) ?? .null
        return state.withLock { state in
            switch (request.method, path.first, path.count) {
            case (.get, "health", 1): return Self.json(200, JSONObject())
            case (.get, "contacts", 1):
                let words = parameter("q").map { NameWords.of($0) }
                let found = state.contacts.map(\.json).filter { contact in
                    let value = JSONValue.object(contact)
                    if let words { return NameWords.matches(value["name"]?.string ?? "", words) }
                    if let phone = parameter("phone") {
                        let suffix = PhoneDigits.suffix(of: phone)
                        return suffix != nil
                            && (value["phones"]?.array ?? []).contains {
                                PhoneDigits.suffix(of: $0.string ?? "") == suffix
                            }
                    }
                    let email = parameter("email")?.lowercased()
                    return (value["emails"]?.array ?? []).contains { $0.string?.lowercased() == email }
                }
                let start = parameter("cursor").flatMap { Int($0) } ?? 0
                let page = found.dropFirst(start).prefix(limit)
                var answer = JSONObject([("items", .array(page.map { .object($0) }))])
                if start + page.count < found.count { answer["nextCursor"] = .string(String(start + page.count)) }
                return Self.json(200, answer)
            case (.get, "contacts", 2):
                guard let found = state.contacts.first(where: { $0.id == path[1] }) else {
                    return Self.json(404, JSONObject())
                }
                return Self.json(200, found.json)
            case (.put, "contacts", 2): return Self.put(&state.contacts, path[1], json)
            case (.put, "cases", 2): return Self.put(&state.cases, path[1], json)
            case (.get, "cases", 1):
                let found = state.cases.map(\.json).filter { $0["contact"]?.string == parameter("contact") }
                return Self.json(200, JSONObject([("items", .array(found.map { .object($0) }))]))
            case (.put, "activities", 2):
                let isKnown = state.activities.contains { $0.id == path[1] }
                state.activities.removeAll { $0.id == path[1] }
                state.activities.append((path[1], json))
                return Self.json(isKnown ? 200 : 201, JSONObject([("id", .string(path[1]))]))
            // A CRM without an id of ours in the path: each POST is one more.
            case (.post, "activities", 1):
                let id = "made-\(state.activities.count + 1)"
                state.activities.append((id, json))
                return Self.json(201, JSONObject([("id", .string(id))]))
            case (.get, "activities", 1):
                let found = state.activities.filter { $0.json["key"]?.string == parameter("key") }
                return Self.json(
                    200,
                    JSONObject([("items", .array(found.map { .object(JSONObject([("id", .string($0.id))])) }))]))
            default: return Self.json(404, JSONObject())
            }
        }
    }

    private static func put(_ rows: inout [(id: String, json: JSONObject)], _ id: String, _ json: JSONValue) -> Response
    {
        if let known = rows.first(where: { $0.id == id }) { return self.json(200, known.json) }
        var object = json.object ?? JSONObject()
        object["id"] = .string(id)
        rows.append((id, object))
        return self.json(201, object)
    }

    private static func json(_ status: Int, _ object: JSONObject) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONValue.object(object).bytes)))
    }

    /// A percent-encoded text as it was.
    static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"),
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

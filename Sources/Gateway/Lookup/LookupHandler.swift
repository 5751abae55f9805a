import Directory
import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Twilio

/// Answers an IVR who an extension is, from memory: no Broker, no service, no disk.
///
/// An extension that is not there is an answer, `{"found":false}`; an error means that nobody can say.
struct LookupHandler: Sendable {
    enum Route: String, CaseIterable, Sendable {
        /// The sample's path and shape: `{"workerSID":"WK…"}` or nothing of it.
        case sample = "/agentExtensions"
        case studio = "/studio/extension"
        case byName = "/studio/dial-by-name"
    }

    /// Bytes of digits that are looked at.
    static let maxDigits = 32

    private let served: ServedDirectory
    private let signed: SignedForm
    private let retryAfterSeconds: Int
    private let now: @Sendable () -> Timestamp
    private let figures: Figures

    private struct Figures {
        let found: Counter
        let unknown: Counter
        let refused: Counter
        let duration: Histogram

        init(_ registry: MetricsRegistry) {
            func counter(_ outcome: String) -> Counter {
                registry.counter(
                    "gateway.lookups", help: "Lookups of extensions by what became of them.",
                    labels: ["outcome": outcome])
            }
            found = counter("found")
            unknown = counter("unknown")
            refused = counter("refused")
            duration = registry.histogram(
                "gateway.lookup.duration", help: "From the head of a lookup to its answer.")
        }
    }

    init(
        settings: GatewaySettings, served: ServedDirectory, registry: MetricsRegistry,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.served = served
        signed = SignedForm(settings: settings, projects: settings.lookup.projects)
        retryAfterSeconds = settings.limits.retryAfterSeconds
        self.now = now
        figures = Figures(registry)
    }

    func answer(_ request: Request, _ route: Route, target: String) async -> Response {
        guard request.method == .post else { return Problem.methodNotAllowed("POST").response }
        let start = ContinuousClock.now
        do throws(Problem) {
            let form = try await signed.read(request, target: target, encodings: [.form, .json]).form
            if route == .byName { await served.warmNames() }
            return try lookUp(form, route, since: start).response
        } catch {
            figures.refused.add()
            return error.response
        }
    }

    private func lookUp(
        _ form: FormParameters, _ route: Route, since start: ContinuousClock.Instant
    ) throws(Problem) -> WholeAnswer {
        guard let directory = served.current?.directory else { throw nothingServed }
        let answer =
            switch route {
            case .sample, .studio: try extensionAnswer(form, route, directory)
            case .byName: try namesAnswer(form, directory)
            }
        figures.duration.observe(ContinuousClock.now - start)
        return answer
    }

    private func extensionAnswer(
        _ form: FormParameters, _ route: Route, _ directory: PublishedDirectory
    ) throws(Problem) -> WholeAnswer {
        guard let digits = form.first("agentExt") else {
            if route == .sample { return Self.parameterError("agentExt", "the extension that the caller keyed in") }
            throw missing("agentExt")
        }
        guard let entry = directory.entry(for: Self.digits(digits), at: now()) else {
            figures.unknown.add()
            return Self.unknown
        }
        figures.found.add()
        var writer = JSONWriter(capacity: 256)
        writer.raw("{\"found\":true")
        if case .worker(let sid, _) = entry.target {
            writer.raw(",\"workerSID\":")
            writer.string(sid.text)
        }
        if route == .studio { Self.write(entry, to: &writer) }
        writer.raw("}")
        return Self.json(writer.bytes)
    }

    private func namesAnswer(_ form: FormParameters, _ directory: PublishedDirectory) throws(Problem) -> WholeAnswer {
        guard let digits = form.first("digits") else { throw missing("digits") }
        let (matches, count) = directory.byName(keypad: Self.digits(digits), at: now())
        (count > 0 ? figures.found : figures.unknown).add()
        var writer = JSONWriter(capacity: 1_024)
        writer.raw("{\"matches\":[")
        for (index, entry) in matches.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.raw("{\"extension\":")
            writer.string(entry.number)
            if case .worker(let sid, _) = entry.target {
                writer.raw(",\"workerSID\":")
                writer.string(sid.text)
            }
            Self.write(entry, to: &writer)
            writer.raw("}")
        }
        writer.raw("],\"count\":")
        writer.value(.number(JSONNumber(count)))
        writer.raw("}")
        return Self.json(writer.bytes)
    }

    private static func write(_ entry: DirectoryEntry, to writer: inout JSONWriter) {
        writer.raw(",\"target\":")
        writer.value(entry.target.json)
        writer.raw(",\"spokenName\":")
        writer.string(entry.spokenName)
        guard let fallback = entry.fallback else { return }
        writer.raw(",\"fallback\":")
        writer.value(fallback.json)
    }

    /// What was keyed in: without the key that ends it, and without what a telephone does not have.
    private static func digits(_ text: String) -> String {
        let trimmed = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "#") }
        return trimmed.count <= maxDigits ? String(decoding: trimmed, as: UTF8.self) : ""
    }

    private static let unknown = json(Array(#"{"found":false}"#.utf8))

    private static func json(_ body: [UInt8], status: HTTPResponse.Status = .ok) -> WholeAnswer {
        WholeAnswer(
            head: HTTPResponse(
                status: status,
                headerFields: [
                    .contentType: "application/json", .contentLength: String(body.count), .cacheControl: "no-store",
                ]), body: ByteBuffer(bytes: body))
    }

    /// The sample's answer to a missing parameter: its name and what it is for.
    static func parameterError(_ name: String, _ purpose: String) -> WholeAnswer {
        let body: JSONValue = [
            "parameterError": .string("Missing parameter(s): \(name) (\(purpose)).")
        ]
        return json(body.bytes, status: .badRequest)
    }

    private func missing(_ name: String) -> Problem {
        Problem(status: 422, code: "gateway.parameter_missing", detail: "'\(name)' is needed.")
    }

    private var nothingServed: Problem {
        Problem(
            status: 503, code: "lookup.no_directory",
            detail: "No directory has been published yet, or it has not reached this Gateway.",
            retryAfterSeconds: retryAfterSeconds)
    }
}

extension LookupHandler: DirectResponder {
    /// Not names: the first question after a publish waits for their index.
    func takes(_ head: HTTPRequest) -> Bool {
        guard head.method == .post, let path = head.path else { return false }
        let route = Route(rawValue: GatewayResponder.path(of: path))
        return route == .studio || route == .sample
    }

    func answer(_ head: HTTPRequest, body: ByteBuffer) -> WholeAnswer {
        let start = ContinuousClock.now
        let target = head.path ?? "/"
        do throws(Problem) {
            guard let route = Route(rawValue: GatewayResponder.path(of: target)) else { throw .routeUnknown }
            let form = try signed.read(head.headerFields, body: body, target: target, encodings: [.form, .json]).form
            return try lookUp(form, route, since: start)
        } catch {
            figures.refused.add()
            return error.whole
        }
    }
}

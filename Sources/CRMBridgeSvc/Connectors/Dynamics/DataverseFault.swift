import Events
import TwilioREST

/// What an answer of Dataverse that is no success means, by its code first: statuses are not always what the pages say.
///
/// Its message carries values and names, so only words of a known form are taken from it: a column, a privilege.
struct DataverseFault: Hashable, Sendable {
    /// The longest error body that is read.
    static let maxBytes = 65_536

    let status: Int
    /// `0x80040217`, in lower case; empty when there is none.
    let code: String
    let error: CRMError

    /// 412: the row is there already, is not there, or has changed.
    var isPrecondition: Bool { status == 412 && !Self.duplicates.contains(code) }

    private static let duplicates: Set<String> = ["0x80040333"]
    private static let limits: Set<String> = ["0x80072322", "0x80072321", "0x80072326"]
    private static let absent: Set<String> = ["0x80040217", "0x80060891"]
    private static let privilege: Set<String> = ["0x80040220", "0x80048306", "0x80042f09"]

    init(_ response: TransportResponse) {
        let json = response.body.count <= Self.maxBytes ? try? JSONValue(parsing: response.body) : nil
        let code = json?["error"]?["code"]?.string?.lowercased() ?? ""
        let message = json?["error"]?["message"]?.string ?? ""
        let pause = response.headers[.retryAfter].flatMap { Double($0) }.map {
            Duration.seconds(max(0, min($0, 86_400)))
        }
        status = response.status
        self.code = code
        error =
            if Self.limits.contains(code) || response.status == 429 {
                .unavailable(.throttled, retryAfter: pause)
            } else if Self.duplicates.contains(code) {
                .ambiguous
            } else if Self.absent.contains(code) {
                .notFound
            } else if Self.privilege.contains(code) {
                Self.privilege(message).map { .missingPrivilege($0) } ?? .denied
            } else {
                Self.error(response.status, message, pause)
            }
    }

    private static func error(_ status: Int, _ message: String, _ pause: Duration?) -> CRMError {
        switch status {
        case 401, 407: .denied
        case 403: privilege(message).map { .missingPrivilege($0) } ?? .denied
        case 404, 410: .notFound
        case 408: .unavailable(.timeout, retryAfter: pause)
        case 409: .ambiguous
        case 412: .ambiguous
        case 500...599 where status != 501: .unavailable(.failing, retryAfter: pause)
        case 300...399: .unavailable(.unreadable)
        default: .refused(field: field(message))
        }
    }

    /// `prvReadContact`, as messages name it.
    static func privilege(_ message: String) -> String? {
        message.split { !$0.isASCII || !$0.isLetter && !$0.isNumber && $0 != "_" }
            .first { $0.hasPrefix("prv") && (4...100).contains($0.utf8.count) }.map(String.init)
    }

    /// The column between quotes: "Could not find a property named 'x' on type …", "… property 'x' …", "attribute 'x'".
    static func field(_ message: String) -> String? {
        let lowered = message.lowercased()
        for word in ["property named '", "property '", "attribute '", "field '", "parameter '"] {
            guard let start = lowered.firstRange(of: word)?.upperBound else { continue }
            let name = lowered[start...].prefix { $0 != "'" }
            let column = name.prefix { $0 != "@" }
            if ODataText.isColumn(String(column)) { return String(column) }
        }
        return nil
    }
}

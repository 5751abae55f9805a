import Events

/// Why Dataverse refuses a request, in its own words: `{"error":{"code":"0x8…","message":"…"}}`.
///
/// Codes are those that clients of the real service have reported and its documentation lists; where only the status is
/// known, the code is that of an invalid argument. Documentation says that codes may be empty: key on the status first.
struct DataverseProblem: Error, Equatable {
    var status: Int
    var code: String
    var message: String
    /// Seconds, on a 429 always.
    var retryAfter: Int?

    init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// Anything wrong in an address: unknown columns, syntax, unknown options.
    static func query(_ message: String) -> DataverseProblem { DataverseProblem(400, "0x80060888", message) }

    static func unknownColumn(_ name: some StringProtocol, of table: DataverseTable) -> DataverseProblem {
        query("Could not find a property named '\(name)' on type 'Microsoft.Dynamics.CRM.\(table.name.rawValue)'.")
    }

    static func unknownSegment(_ segment: some StringProtocol) -> DataverseProblem {
        DataverseProblem(404, "0x80060888", "Resource not found for the segment '\(segment)'.")
    }

    static func missing(_ table: DataverseTable.Name, _ id: GUID) -> DataverseProblem {
        DataverseProblem(404, "0x80040217", "\(table.rawValue) With Id = \(id.text) Does Not Exist")
    }

    /// Anything wrong in a body.
    static func payload(_ table: DataverseTable, _ cause: String) -> DataverseProblem {
        DataverseProblem(
            400, "0x80048d19",
            "Error identified in Payload provided by the user for Entity :'\(table.setName)', For more information on "
                + "this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  "
                + "InnerException : Microsoft.OData.ODataException: \(cause)")
    }

    static func argument(_ message: String) -> DataverseProblem { DataverseProblem(400, "0x80040203", message) }

    /// `If-None-Match: *` met a row, or a row is created twice under one id.
    static let exists = DataverseProblem(
        412, "0x80040237", "A record with matching key values already exists.")
    /// `ConcurrencyVersionMismatch`.
    static let otherVersion = DataverseProblem(
        412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided.")
    /// Documentation shows 500 on one page and lists 412 on another; the code is what counts.
    static let duplicate = DataverseProblem(
        412, "0x80040333",
        "A record was not created or updated because a duplicate of the current record already exists.")
    static let noMember = DataverseProblem(403, "0x80072560", "The user is not a member of the organization.")
    static let otherMethod = DataverseProblem(
        405, "0x80060888", "The requested resource does not support this http method.")
    static let full = DataverseProblem(
        503, "0x80040216", "The Sandbox's Dataverse is full: \(DataverseRows.limit) rows of a table.")

    /// What the Sandbox lacks and the real service may have.
    static func lacking(_ what: String) -> DataverseProblem {
        DataverseProblem(501, "0x80060888", "The Sandbox's Dataverse does not know \(what).")
    }

    /// What a fault makes of a request.
    static func fault(_ status: Int, retryAfter: Int?, count: Int) -> DataverseProblem {
        switch status {
        case 429: DataverseLimits.Kind.allCases[count % 3].problem(DataverseLimits.Sizes(), retryAfter: retryAfter ?? 1)
        case 503:
            DataverseProblem(503, "0x80040216", "The service is temporarily unavailable.", retryAfter: retryAfter)
        case 500...: DataverseProblem(status, "0x80040216", "An unexpected error occurred.", retryAfter: retryAfter)
        default: DataverseProblem(status, "", "The request was refused.", retryAfter: retryAfter)
        }
    }

    var answer: RestAnswer {
        var answer = RestAnswer.object(status) { json in
            json.object("error") { error in
                error.text("code", code)
                error.text("message", message)
            }
        }
        answer.contentType = DataverseOrganization.contentType
        if let retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
        return answer
    }
}

import Phone

/// Where contacts and accounts have numbers, and how they are searched: which queries a caller's number becomes.
///
/// Whole texts are what an index answers; digits with anything between them are found in every writing, by a scan.
struct PhoneSearch: Hashable, Sendable {
    /// Bytes of a query's address, below Dataverse's 32 KB, and its conditions, below 500.
    static let maxTargetBytes = 20_000
    static let maxConditions = 400
    /// Rows of one answer: more people do not share a number.
    static let top = 50
    /// Rows that the digits alone may bring.
    static let topByPattern = 200

    /// The entity set: `contacts`.
    let set: String
    let select: [String]
    let columns: [String]
    /// The column with numbers of one form, filled by us; nil without one.
    let e164Column: String?

    /// By what is usual: whole texts.
    func exact(_ variants: PhoneVariants) -> ODataQuery {
        if let e164Column {
            return query(
                .any([.equals(e164Column, "+" + variants.digits), .equals(e164Column, variants.digits)]), Self.top)
        }
        var conditions: [ODataFilter] = []
        var bytes = query(.any([]), Self.top).target.utf8.count
        for text in variants.texts {
            let next = columns.map { ODataFilter.equals($0, text) }
            let more = next.reduce(0) { $0 + ODataText.encoded(" or " + $1.text).utf8.count }
            guard bytes + more <= Self.maxTargetBytes, conditions.count + next.count <= Self.maxConditions else {
                break
            }
            bytes += more
            conditions += next
        }
        return query(.any(conditions), Self.top)
    }

    /// By the digits, however they are written.
    func byPattern(_ variants: PhoneVariants) -> ODataQuery {
        query(.any(columns.map { .contains($0, pattern: variants.pattern) }), Self.topByPattern)
    }

    private func query(_ filter: ODataFilter, _ top: Int) -> ODataQuery {
        ODataQuery(path: set, select: select, filter: filter, top: top)
    }
}

/// Resources of one kind by their SID, in the order of their creation.
struct SIDTable<Value: Sendable>: Sendable {
    private var rows: [String: Value] = [:]
    private var order: [String] = []

    var count: Int { rows.count }

    /// All of them, oldest first.
    var all: [Value] { order.compactMap { rows[$0] } }

    /// SIDs, oldest first.
    var sids: [String] { order }

    /// One of them; assigning nil removes it.
    subscript(sid: String) -> Value? {
        get { rows[sid] }
        set {
            if rows[sid] == nil, newValue != nil { order.append(sid) }
            if newValue == nil, rows[sid] != nil { order.removeAll { $0 == sid } }
            rows[sid] = newValue
        }
    }

    /// Changes one in place, when it is there.
    ///
    /// - Returns: What the body gives back, nil when there is none.
    mutating func update<Result>(_ sid: String, _ body: (inout Value) -> Result) -> Result? {
        guard var row = rows[sid] else { return nil }
        let result = body(&row)
        rows[sid] = row
        return result
    }

    /// The first that fits.
    func first(where fits: (Value) -> Bool) -> Value? {
        for sid in order {
            if let row = rows[sid], fits(row) { return row }
        }
        return nil
    }
}

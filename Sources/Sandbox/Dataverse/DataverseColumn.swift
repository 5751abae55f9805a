/// One column: what may stand in it, and where a row keeps it.
struct DataverseColumn: Sendable {
    enum Kind: Hashable, Sendable {
        /// Characters at most.
        case text(Int)
        case number(ClosedRange<Int>)
        case choice([Int])
        case bool
        case date
        case guid
        case lookup
    }

    /// Where a row has it.
    enum Place: Hashable, Sendable {
        case key, cell, createdOn, modifiedOn, version, createdBy, modifiedBy, owner, state, status
        /// First and last name together.
        case fullName
    }

    /// As in addresses; a lookup is `_customerid_value`.
    let name: String
    let kind: Kind
    let place: Place

    init(_ name: String, _ kind: Kind, _ place: Place = .cell) {
        self.name = name
        self.kind = kind
        self.place = place
    }

    /// Whether a body may set it.
    ///
    /// What it may not is passed over in silence, as far as is known of the real service.
    var isWritable: Bool {
        switch place {
        case .key, .cell, .state, .status: true
        case .createdOn, .modifiedOn, .version, .createdBy, .modifiedBy, .owner, .fullName: false
        }
    }

    /// Its type in the metadata.
    var edmType: StaticString {
        switch kind {
        case .text: "Edm.String"
        case .number: place == .version ? "Edm.Int64" : "Edm.Int32"
        case .choice: "Edm.Int32"
        case .bool: "Edm.Boolean"
        case .date: "Edm.DateTimeOffset"
        case .guid, .lookup: "Edm.Guid"
        }
    }
}

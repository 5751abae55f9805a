/// One table of the organisation: its names, its columns, and what its rows lead to.
struct DataverseTable: Sendable {
    /// Logical names.
    enum Name: String, CaseIterable, Sendable {
        case contact, account, incident, phonecall, product, subject, systemuser, activityparty
    }

    /// What stands behind `…@odata.bind`.
    struct Navigation: Sendable {
        let name: String
        /// Of the lookup that it fills, `_…_value`.
        let column: Int
        let target: Name
    }

    let name: Name
    /// In addresses: `contacts`.
    let setName: String
    /// The column that names a row: `contactid`.
    let keyName: String
    /// What people call a row by.
    let titleName: String
    let columns: [DataverseColumn]
    let navigations: [Navigation]
    /// Where a status belongs: the state and the statuses it allows, the first being its usual one.
    let states: [(state: Int, statuses: [Int])]
    private let positions: [String: Int]

    init(
        _ name: Name, _ setName: String, key: String, title: String, _ columns: [DataverseColumn],
        lookups: [(column: String, navigations: [(String, Name)])], states: [(state: Int, statuses: [Int])] = []
    ) {
        self.name = name
        self.setName = setName
        keyName = key
        titleName = title
        self.states = states
        var all = [DataverseColumn(key, .guid, .key)] + columns
        all += lookups.filter { !["ownerid", "createdby", "modifiedby"].contains($0.column) }.map { lookup in
            DataverseColumn("_\(lookup.column)_value", .lookup, .cell)
        }
        if name != .activityparty {
            all += [
                DataverseColumn("createdon", .date, .createdOn), DataverseColumn("modifiedon", .date, .modifiedOn),
                DataverseColumn("versionnumber", .number(0...Int.max), .version),
                DataverseColumn("_createdby_value", .lookup, .createdBy),
                DataverseColumn("_modifiedby_value", .lookup, .modifiedBy),
            ]
            if lookups.contains(where: { $0.column == "ownerid" }) {
                all.append(DataverseColumn("_ownerid_value", .lookup, .owner))
            }
        }
        if !states.isEmpty {
            all += [
                DataverseColumn("statecode", .choice(states.map(\.state)), .state),
                DataverseColumn("statuscode", .choice(states.flatMap(\.statuses)), .status),
            ]
        }
        self.columns = all
        let positions = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.name, $0) })
        self.positions = positions
        navigations = lookups.flatMap { lookup in
            lookup.navigations.compactMap { navigation in
                positions["_\(lookup.column)_value"].map {
                    Navigation(name: navigation.0, column: $0, target: navigation.1)
                }
            }
        }
    }

    /// The position of a column by its name in addresses; nil for an unknown one.
    func position(_ name: some StringProtocol) -> Int? { positions[String(name)] }

    func navigation(_ name: some StringProtocol) -> Navigation? { navigations.first { $0.name == name } }

    /// Whether rows have an owner.
    var isOwned: Bool { positions["_ownerid_value"] != nil }
}

import Events

/// What the organisation begins with: always the same for the same seed and number of contacts.
///
/// The people of the demo CRM come first, then contacts of twenty-two countries with numbers as people type them; a tenth
/// of the contacts share the switchboard of their company. No telephone calls.
struct DataverseSeed {
    static let organization = GUID(high: 0x4000, low: 0x8000_0000_0000_0001)
    static let businessUnit = GUID(high: 0x4000, low: 0x8000_0000_0000_0002)
    static let applicationUser = GUID(high: 0x4000, low: 0x8000_0000_0000_0003)
    static let person = GUID(high: 0x4000, low: 0x8000_0000_0000_0004)

    /// Contacts for each account, and for each case.
    static let contactsPerAccount = 25
    static let contactsPerCase = 100
    /// How likely each column of a contact is to be filled, in hundredths.
    private static let odds: [(column: String, percent: Int, isMobile: Bool)] = [
        ("telephone1", 62, false), ("mobilephone", 58, true), ("telephone2", 14, false), ("telephone3", 3, true),
        ("address1_telephone1", 8, false), ("address1_telephone2", 2, true), ("address1_telephone3", 1, false),
        ("address2_telephone1", 2, false), ("address2_telephone2", 1, true), ("address2_telephone3", 1, false),
        ("business2", 4, false), ("home2", 3, false), ("company", 5, false), ("callback", 2, true), ("fax", 7, false),
        ("pager", 1, true), ("assistantphone", 2, false), ("managerphone", 2, false),
    ]
    private static let subjects = [
        "Delivery", "Billing", "Returns", "Technical support", "Account", "Complaints", "Sales", "Other",
    ]
    private static let products = [
        "Kettle 1.7 l", "Toaster Duo", "Blender Pro", "Coffee machine", "Iron Steam+", "Vacuum 900", "Fan Quiet",
        "Heater 2 kW", "Lamp Desk", "Radio FM", "Scale 5 kg", "O'Hara's \"Best\" grill & smoker",
    ]

    let seed: UInt64
    let now: Timestamp

    /// The Entra object id that a worker's user has, unless the configuration says another: made from his name.
    static func objectID(of worker: String) -> GUID { GUID.seeded(0, "entra/\(worker)", 0) }

    func fill(_ organization: inout DataverseOrganization, contacts: Int, workers: [SandboxProject.Agent]) {
        users(&organization, workers)
        named(&organization, DataverseSchema.subject, "title", Self.subjects)
        named(&organization, DataverseSchema.product, "name", Self.products)
        guard contacts > 0 else { return }
        let accounts = self.accounts(&organization, max(1, contacts / Self.contactsPerAccount))
        self.contacts(&organization, contacts, accounts)
        organization.warm()
        cases(&organization, min(contacts, max(1, contacts / Self.contactsPerCase)), of: contacts)
    }

    static func contactID(_ seed: UInt64, _ index: Int) -> GUID { GUID.seeded(seed, "contact", index) }

    private func row(_ table: DataverseTable, _ index: Int) -> DataverseRow {
        DataverseRow(id: GUID.seeded(seed, table.name.rawValue, index), by: Self.applicationUser, now: now)
    }

    private func users(_ organization: inout DataverseOrganization, _ workers: [SandboxProject.Agent]) {
        let table = DataverseSchema.systemuser
        func add(_ id: GUID, _ first: String, _ last: String, _ values: [String: DataverseValue]) {
            var row = DataverseRow(id: id, by: Self.applicationUser, now: now)
            set(&row, table, "firstname", .text(first))
            set(&row, table, "lastname", .text(last))
            set(&row, table, "isdisabled", .bool(false))
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { set(&row, table, name, value) }
            organization.put(row, .systemuser)
        }
        let settings = organization.settings
        add(
            Self.applicationUser, "#", "Patchbay",
            [
                "applicationid": .guid(settings.clientID),
                "azureactivedirectoryobjectid": .guid(Self.objectID(of: "application")),
            ])
        add(
            Self.person, "Alex", "Admin",
            [
                "domainname": .text(settings.username ?? "alex.admin@example.com"),
                "azureactivedirectoryobjectid": .guid(Self.objectID(of: "alex.admin")),
            ])
        for worker in workers {
            let name = (worker.fullName ?? worker.name).split(separator: " ", maxSplits: 1).map(String.init)
            add(
                GUID.seeded(0, "systemuser/\(worker.name)", 0), name.first ?? worker.name,
                name.count > 1 ? name[1] : "",
                [
                    "domainname": .text("\(worker.name)@example.com"),
                    "azureactivedirectoryobjectid": .guid(
                        worker.entraObjectID.flatMap { GUID($0) } ?? Self.objectID(of: worker.name)),
                ])
        }
    }

    private func named(
        _ organization: inout DataverseOrganization, _ table: DataverseTable, _ column: String, _ names: [String]
    ) {
        for (index, name) in names.enumerated() {
            var row = row(table, index)
            set(&row, table, column, .text(name))
            if table.name == .product { set(&row, table, "productnumber", .text("P-\(1_001 + index)")) }
            organization.put(row, table.name)
        }
    }

    private func accounts(_ organization: inout DataverseOrganization, _ count: Int) -> [(
        id: GUID, switchboard: String
    )] {
        let table = DataverseSchema.account
        let endings = ["Ltd", "GmbH", "S.L.", "SARL", "BV", "AB", "Inc.", "& Sons"]
        return (0..<count).map { index in
            var dice = SeededGenerator(
                seed: SeededGenerator.mixed(seed &+ 0xACC0) &+ SeededGenerator.mixed(UInt64(index)))
            let country = PhoneWriting.countries[dice.below(PhoneWriting.countries.count)]
            let switchboard = country.written(isMobile: false, &dice)
            var row = row(table, index)
            let owner = country.lastNames[dice.below(country.lastNames.count)]
            set(&row, table, "name", .text("\(owner) \(endings[dice.below(endings.count)]) \(index + 1)"))
            set(&row, table, "telephone1", .text(switchboard))
            set(&row, table, "address1_country", .text(country.country))
            set(&row, table, "accountnumber", .text("A-\(10_001 + index)"))
            organization.put(row, .account)
            return (row.id, switchboard)
        }
    }

    private func contacts(
        _ organization: inout DataverseOrganization, _ count: Int, _ accounts: [(id: GUID, switchboard: String)]
    ) {
        let table = DataverseSchema.contact
        let columns = ContactColumns(table)
        organization.reserve(count)
        for index in 0..<count {
            var row = DataverseRow(
                id: Self.contactID(seed, index), by: Self.applicationUser, now: now)
            if index < CRMSeed.people.count, count >= CRMSeed.people.count {
                fill(&row, columns, CRMSeed.people[index])
            } else {
                var dice = SeededGenerator(
                    seed: SeededGenerator.mixed(seed &+ 0xC0_47AC) &+ SeededGenerator.mixed(UInt64(index)))
                fill(&row, columns, index, accounts, &dice)
            }
            organization.put(row, .contact)
        }
    }

    /// Positions of the columns that are filled, looked up once.
    private struct ContactColumns {
        let first, last, email, country, notes, parent: Int
        let phones: [(column: Int, percent: Int, isMobile: Bool)]

        init(_ table: DataverseTable) {
            func position(_ name: String) -> Int {
                guard let position = table.position(name) else { preconditionFailure("no column \(name)") }
                return position
            }
            first = position("firstname")
            last = position("lastname")
            email = position("emailaddress1")
            country = position("address1_country")
            notes = position("description")
            parent = position("_parentcustomerid_value")
            phones = DataverseSeed.odds.map { (position($0.column), $0.percent, $0.isMobile) }
        }
    }

    private func fill(_ row: inout DataverseRow, _ columns: ContactColumns, _ person: CRMSeed.Person) {
        let parts = person.name.split(separator: " ", maxSplits: 1).map(String.init)
        row.set(columns.first, .text(parts[0]))
        if parts.count > 1 { row.set(columns.last, .text(parts[1])) }
        row.set(columns.email, .text(person.email))
        row.set(columns.country, .text(person.country))
        if !person.notes.isEmpty { row.set(columns.notes, .text(person.notes)) }
        row.set(columns.phones[1].column, .text(person.phones[0]))
        if person.phones.count > 1 { row.set(columns.phones[0].column, .text(person.phones[1])) }
    }

    private func fill(
        _ row: inout DataverseRow, _ columns: ContactColumns, _ index: Int,
        _ accounts: [(id: GUID, switchboard: String)], _ dice: inout SeededGenerator
    ) {
        let country = PhoneWriting.countries[index % PhoneWriting.countries.count]
        row.cells.reserveCapacity(8)
        row.set(columns.first, .text(country.firstNames[dice.below(country.firstNames.count)]))
        row.set(columns.last, .text(country.lastNames[dice.below(country.lastNames.count)]))
        row.set(columns.country, .text(country.country))
        if dice.below(100) < 55 { row.set(columns.email, .text("c\(index)@example.\(country.code.lowercased())")) }
        for phone in columns.phones where dice.below(100) < phone.percent {
            row.set(phone.column, .text(country.written(isMobile: phone.isMobile, &dice)))
        }
        if dice.below(100) < 20 {
            let account = accounts[dice.below(accounts.count)]
            row.set(columns.parent, .lookup(account.id, .account))
            if dice.below(2) == 0 { row.set(columns.phones[0].column, .text(account.switchboard)) }
        }
    }

    private func cases(_ organization: inout DataverseOrganization, _ count: Int, of contacts: Int) {
        let table = DataverseSchema.incident
        for index in 0..<count {
            var row = row(table, index)
            set(&row, table, "title", .text(CRMSeed.cases[index % CRMSeed.cases.count]))
            set(&row, table, "ticketnumber", .text(organization.nextTicket()))
            set(&row, table, "caseorigincode", .number(1 + index % 3))
            set(&row, table, "casetypecode", .number(1 + index % 3))
            set(&row, table, "prioritycode", .number(1 + index % 3))
            let contact = Self.contactID(seed, index * 3 % contacts)
            set(&row, table, "_customerid_value", .lookup(contact, .contact))
            set(&row, table, "_subjectid_value", .lookup(GUID.seeded(seed, "subject", index % 8), .subject))
            organization.put(row, .incident)
        }
    }

    private func set(_ row: inout DataverseRow, _ table: DataverseTable, _ name: String, _ value: DataverseValue) {
        guard let position = table.position(name) else { preconditionFailure("no column \(name)") }
        row.set(position, value)
    }
}

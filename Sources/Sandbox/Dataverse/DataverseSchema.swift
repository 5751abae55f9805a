/// The tables of the organisation, with the columns that a connector of calls and cases meets.
///
/// Names are those of the documentation as far as `crm.md` has them from there; phone columns, the masks of parties and
/// the names of owners' navigations are general knowledge. A real organisation has many more: read its `$metadata`.
enum DataverseSchema {
    private static let countedStates = [(state: 0, statuses: [1]), (state: 1, statuses: [2])]
    private static let people: [(column: String, navigations: [(String, DataverseTable.Name)])] = [
        ("ownerid", [("ownerid", .systemuser)]), ("createdby", [("createdby", .systemuser)]),
        ("modifiedby", [("modifiedby", .systemuser)]),
    ]

    private static func texts(_ names: [String], _ length: Int) -> [DataverseColumn] {
        names.map { DataverseColumn($0, .text(length)) }
    }

    /// Numbers of a contact, in the order in which they are usually filled.
    static let contactPhones = [
        "telephone1", "mobilephone", "telephone2", "telephone3", "address1_telephone1", "address1_telephone2",
        "address1_telephone3", "address2_telephone1", "address2_telephone2", "address2_telephone3", "business2",
        "home2", "company", "callback", "fax", "pager", "assistantphone", "managerphone",
    ]

    static let contact = DataverseTable(
        .contact, "contacts", key: "contactid", title: "fullname",
        // The last of these is not a column of Dataverse: it is there to try a normalised one of one's own.
        texts(["firstname", "middlename", "lastname", "patchbay_e164"], 50) + [
            DataverseColumn("fullname", .text(160), .fullName)
        ]
            + texts(contactPhones, 50) + texts(["emailaddress1", "emailaddress2", "jobtitle"], 100)
            + texts(["address1_line1", "address1_city", "address1_country", "address1_postalcode"], 80)
            + [
                DataverseColumn("description", .text(2_000)), DataverseColumn("donotphone", .bool),
                DataverseColumn("gendercode", .choice([1, 2])),
                DataverseColumn("preferredcontactmethodcode", .choice([1, 2, 3, 4, 5])),
            ],
        lookups: people + [
            ("parentcustomerid", [("parentcustomerid_account", .account), ("parentcustomerid_contact", .contact)])
        ], states: countedStates)

    static let account = DataverseTable(
        .account, "accounts", key: "accountid", title: "name",
        texts(["name"], 160)
            + texts(
                [
                    "telephone1", "telephone2", "telephone3", "address1_telephone1", "address1_telephone2",
                    "address1_telephone3", "address2_telephone1", "fax",
                ], 50)
            + texts(["emailaddress1", "accountnumber", "websiteurl", "address1_city", "address1_country"], 100)
            + [
                DataverseColumn("description", .text(2_000)),
                DataverseColumn("numberofemployees", .number(0...1_000_000_000)),
            ],
        lookups: people + [("primarycontactid", [("primarycontactid", .contact)])], states: countedStates)

    static let incident = DataverseTable(
        .incident, "incidents", key: "incidentid", title: "title",
        texts(["title"], 200) + texts(["ticketnumber"], 100)
            + [
                DataverseColumn("description", .text(2_000)),
                DataverseColumn("caseorigincode", .choice([1, 2, 3, 2_483, 3_986])),
                DataverseColumn("casetypecode", .choice([1, 2, 3])),
                DataverseColumn("prioritycode", .choice([1, 2, 3])),
                DataverseColumn("severitycode", .choice([1])), DataverseColumn("isescalated", .bool),
                DataverseColumn("followupby", .date),
            ],
        lookups: people + [
            ("customerid", [("customerid_contact", .contact), ("customerid_account", .account)]),
            ("primarycontactid", [("primarycontactid", .contact)]), ("subjectid", [("subjectid", .subject)]),
            ("productid", [("productid", .product)]), ("parentcaseid", [("parentcaseid", .incident)]),
        ],
        states: [
            (state: 0, statuses: [1, 2, 3, 4]), (state: 1, statuses: [5, 1_000]), (state: 2, statuses: [6, 2_000]),
        ])

    static let phonecall = DataverseTable(
        .phonecall, "phonecalls", key: "activityid", title: "subject",
        texts(["subject", "phonenumber"], 200) + texts(["category", "subcategory"], 250)
            + [
                DataverseColumn("description", .text(2_000)), DataverseColumn("directioncode", .bool),
                DataverseColumn("leftvoicemail", .bool), DataverseColumn("actualstart", .date),
                DataverseColumn("actualend", .date), DataverseColumn("scheduledstart", .date),
                DataverseColumn("scheduledend", .date),
                DataverseColumn("actualdurationminutes", .number(0...2_147_483_647)),
                DataverseColumn("prioritycode", .choice([0, 1, 2])), DataverseColumn("activitytypecode", .text(64)),
            ],
        lookups: [
            ("ownerid", [("ownerid", .systemuser), ("ownerid_phonecall", .systemuser)]),
            ("createdby", [("createdby_phonecall", .systemuser)]),
            ("modifiedby", [("modifiedby_phonecall", .systemuser)]),
            (
                "regardingobjectid",
                [
                    ("regardingobjectid_incident_phonecall", .incident),
                    ("regardingobjectid_contact_phonecall", .contact),
                    ("regardingobjectid_account_phonecall", .account),
                ]
            ),
        ],
        states: [(state: 0, statuses: [1]), (state: 1, statuses: [2, 4]), (state: 2, statuses: [3])])

    static let product = DataverseTable(
        .product, "products", key: "productid", title: "name",
        texts(["name", "productnumber"], 100) + [DataverseColumn("description", .text(2_000))],
        lookups: [("subjectid", [("subjectid", .subject)])], states: countedStates)

    static let subject = DataverseTable(
        .subject, "subjects", key: "subjectid", title: "title",
        texts(["title"], 500) + [DataverseColumn("description", .text(2_000))],
        lookups: [("parentsubject", [("parentsubject", .subject)])])

    static let systemuser = DataverseTable(
        .systemuser, "systemusers", key: "systemuserid", title: "fullname",
        texts(["firstname", "lastname"], 256) + [DataverseColumn("fullname", .text(200), .fullName)]
            + texts(["domainname", "internalemailaddress"], 1_024)
            + [
                DataverseColumn("azureactivedirectoryobjectid", .guid), DataverseColumn("applicationid", .guid),
                DataverseColumn("isdisabled", .bool),
            ],
        lookups: [])

    /// Who took part in a call: 1 from, 2 to, 8 regarding, 9 owner.
    static let activityparty = DataverseTable(
        .activityparty, "activityparties", key: "activitypartyid", title: "addressused",
        texts(["addressused"], 320) + [DataverseColumn("participationtypemask", .choice(Array(1...12)))],
        lookups: [
            (
                "partyid",
                [("partyid_contact", .contact), ("partyid_account", .account), ("partyid_systemuser", .systemuser)]
            ),
            ("activityid", [("activityid_phonecall", .phonecall)]),
        ])

    /// The collection of parties in a call.
    static let parties = "phonecall_activity_parties"

    static let tables = [contact, account, incident, phonecall, product, subject, systemuser, activityparty]
    private static let bySet = Dictionary(uniqueKeysWithValues: tables.map { ($0.setName, $0) })

    static func table(_ name: DataverseTable.Name) -> DataverseTable {
        switch name {
        case .contact: contact
        case .account: account
        case .incident: incident
        case .phonecall: phonecall
        case .product: product
        case .subject: subject
        case .systemuser: systemuser
        case .activityparty: activityparty
        }
    }

    static func table(set: some StringProtocol) -> DataverseTable? { bySet[String(set)] }
}

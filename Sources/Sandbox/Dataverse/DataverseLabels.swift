/// What choices are called.
///
/// The labels of a real organisation are its own; these are the usual English ones.
enum DataverseLabels {
    private static let all: [String: [Int: String]] = [
        "incident.statecode": [0: "Active", 1: "Resolved", 2: "Canceled"],
        "incident.statuscode": [
            1: "In Progress", 2: "On Hold", 3: "Waiting for Details", 4: "Researching", 5: "Problem Solved",
            6: "Canceled", 1_000: "Information Provided", 2_000: "Merged",
        ],
        "incident.caseorigincode": [1: "Phone", 2: "Email", 3: "Web", 2_483: "Facebook", 3_986: "Twitter"],
        "incident.casetypecode": [1: "Question", 2: "Problem", 3: "Request"],
        "incident.prioritycode": [1: "High", 2: "Normal", 3: "Low"],
        "phonecall.statecode": [0: "Open", 1: "Completed", 2: "Canceled"],
        "phonecall.statuscode": [1: "Open", 2: "Made", 3: "Canceled", 4: "Received"],
        "phonecall.prioritycode": [0: "Low", 1: "Normal", 2: "High"],
        "contact.statecode": [0: "Active", 1: "Inactive"], "contact.statuscode": [1: "Active", 2: "Inactive"],
        "account.statecode": [0: "Active", 1: "Inactive"], "account.statuscode": [1: "Active", 2: "Inactive"],
        "activityparty.participationtypemask": [
            1: "Sender", 2: "To Recipient", 3: "CC Recipient", 4: "BCC Recipient", 8: "Regarding", 9: "Owner",
        ],
    ]

    static func label(_ table: DataverseTable.Name, _ column: String, _ number: Int) -> String? {
        all["\(table.rawValue).\(column)"]?[number]
    }
}

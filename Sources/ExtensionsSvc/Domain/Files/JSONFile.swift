import Events

/// Reads and writes the directory as JSON: an array of records in the shape of the REST API, alone or as `items`.
enum JSONFile {
    static let mediaType = "application/json"

    /// Reads a file; records of the sample (`extensionNumber`, `workerSid`, `workerFullName`) are taken too.
    static func rows(_ bytes: [UInt8]) throws(ImportFailure) -> [ImportRow] {
        guard let json = try? JSONValue(parsing: bytes) else {
            throw ImportFailure("json_malformed", "The file is no JSON in UTF-8.")
        }
        guard let items = json.array ?? json["items"]?.array else {
            throw ImportFailure("json_malformed", "The file is no array of records, and has none as 'items'.")
        }
        guard items.count <= ImportPlan.maxRows else {
            throw ImportFailure("import_rows", "At most \(ImportPlan.maxRows) rows are taken at once.")
        }
        return items.enumerated().map { index, item in
            guard let object = item.object else {
                let problem = FieldProblem("", "record", "A record is a JSON object.")
                return ImportRow(row: index + 1, members: JSONObject(), problems: [problem])
            }
            return ImportRow(row: index + 1, members: members(object))
        }
    }

    /// The members that a file may say something about.
    static func members(_ object: JSONObject) -> JSONObject {
        var members = JSONObject()
        for name in ["extension", "target", "spokenName", "fallback", "validUntil", "team"] {
            members[name] = object[name]
        }
        if members["extension"] == nil, let number = object["extensionNumber"] {
            // The sample's page writes digits as text or as a number.
            members["extension"] = number.integer.map { .string(String($0)) } ?? number
        }
        if members["target"] == nil, let sid = object["workerSid"] {
            let name = object["workerFullName"] ?? .string("")
            members["target"] = ["type": "worker", "workerSid": sid, "workerName": name]
            if members["spokenName"] == nil { members["spokenName"] = name }
        }
        return members
    }
}

import Directory
import Events

/// The directory in the sample's shape: `{"workerFullName":"…","extensionNumber":"0042","workerSid":"WK…"}` for each worker.
enum SampleRecords {
    /// The workers' extensions of a published version, and the version's name.
    static func list(_ directory: PublishedDirectory?) -> (data: JSONValue, version: String) {
        let records = (directory?.entries ?? []).compactMap { entry -> JSONValue? in
            guard case .worker(let sid, let name) = entry.target else { return nil }
            return [
                "workerFullName": .string(name), "extensionNumber": .string(entry.number),
                "workerSid": .string(sid.text),
            ]
        }
        return (.array(records), version(directory))
    }

    /// What the sample calls the asset's version.
    static func version(_ directory: PublishedDirectory?) -> String {
        directory.map { "v\($0.manifest.version)" } ?? "v0"
    }

    /// What an import must hold so that the directory becomes what the page shows: its records, and everything that the
    /// page does not know, which are queues and numbers.
    static func file(_ data: [JSONValue], beside directory: PublishedDirectory?) -> JSONValue {
        let others = (directory?.entries ?? []).compactMap { entry -> JSONValue? in
            if case .worker = entry.target { return nil }
            return record(entry)
        }
        // A worker's fallback and end, which the page does not know either, are kept with his number.
        let known = Dictionary((directory?.entries ?? []).map { ($0.number, $0) }) { first, _ in first }
        let own = data.map { json -> JSONValue in
            guard var object = json.object else { return json }
            let number = object["extensionNumber"]
            let digits = number?.string ?? number?.integer.map { String($0) }
            object["mapKey"] = nil
            if let entry = digits.flatMap({ known[$0] }), case .worker(let sid, _) = entry.target,
                sid.text == object["workerSid"]?.string
            {
                object["spokenName"] = .string(entry.spokenName)
                object["fallback"] = entry.fallback?.json
                object["validUntil"] = entry.validUntil.map { .string($0.rfc3339) }
            }
            return .object(object)
        }
        return .array(own + others)
    }

    private static func record(_ entry: DirectoryEntry) -> JSONValue {
        var object = JSONObject([
            ("extension", .string(entry.number)), ("target", entry.target.json),
            ("spokenName", .string(entry.spokenName)),
        ])
        object["fallback"] = entry.fallback?.json
        object["validUntil"] = entry.validUntil.map { .string($0.rfc3339) }
        return .object(object)
    }
}

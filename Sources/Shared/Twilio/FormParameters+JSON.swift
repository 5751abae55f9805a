import Events

extension FormParameters {
    /// Reads a JSON body as parameters, for senders that post JSON (with `bodySHA256`) where others post a form.
    ///
    /// Strings stand as they are, numbers and booleans as their literals, null is left out, arrays of strings repeat
    /// the name, other arrays and objects stand as their JSON text.
    ///
    /// - Parameters:
    ///   - body: The raw body, one JSON object.
    ///   - limits: What it may measure.
    /// - Throws: ``FormError``.
    public init(json body: some Collection<UInt8>, limits: FormLimits = FormLimits()) throws(FormError) {
        guard body.count <= limits.maxBodyBytes else { throw .bodyTooLarge(limitBytes: limits.maxBodyBytes) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw .notAFlatObject(reason: error.description)
        }
        guard let object = value.object else { throw .notAFlatObject(reason: "it is not an object") }
        var pairs: [(String, String)] = []
        for (name, value) in object.members {
            switch value {
            case .null: continue
            case .string(let text): pairs.append((name, text))
            case .array(let elements) where !elements.isEmpty && elements.allSatisfy({ $0.string != nil }):
                pairs.append(contentsOf: elements.compactMap { $0.string }.map { (name, $0) })
            default: pairs.append((name, value.description))
            }
        }
        guard pairs.count <= limits.maxParameters else { throw .tooManyParameters(limit: limits.maxParameters) }
        self.init(pairs)
    }

    /// Parameters from text, as if they had been decoded from a body.
    ///
    /// - Parameter pairs: Names and values in the order sent.
    public init(_ pairs: some Sequence<(String, String)>) {
        var bytes: [UInt8] = []
        var entries: [Entry] = []
        for (name, value) in pairs {
            let start = bytes.count
            bytes.append(contentsOf: name.utf8)
            let end = bytes.count
            bytes.append(contentsOf: value.utf8)
            entries.append(
                Entry(
                    prefix: 0, start: UInt32(start), nameLength: UInt32(end - start),
                    valueLength: UInt32(bytes.count - end), order: UInt32(entries.count)))
        }
        bytes.withUnsafeBytes { base in
            for index in entries.indices { entries[index].prefix = Bytes.prefix(base, entries[index].nameRange) }
        }
        self.init(bytes: bytes, unsorted: entries)
    }

    /// The parameters as a form body, sorted by name: every byte outside the unreserved ones of RFC 3986 is escaped.
    public var encoded: [UInt8] {
        var body: [UInt8] = []
        for (index, entry) in entries.enumerated() {
            if index > 0 { body.append(UInt8(ascii: "&")) }
            Self.escape(bytes[entry.nameRange], into: &body)
            body.append(UInt8(ascii: "="))
            Self.escape(bytes[entry.valueRange], into: &body)
        }
        return body
    }

    private static func escape(_ text: some Sequence<UInt8>, into body: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                body.append(byte)
            case UInt8(ascii: " "): body.append(UInt8(ascii: "+"))
            default:
                body.append(UInt8(ascii: "%"))
                body.append(digits[Int(byte >> 4)])
                body.append(digits[Int(byte & 15)])
            }
        }
    }
}

internal import FoundationEssentials

/// JSON of the control messages: one encoder and one decoder configuration for both sides.
///
/// Keys are snake_case; unknown keys are passed over; absent optional keys are left out.
public enum ControlJSON {
    /// The document of `value`.
    public static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            preconditionFailure("control messages hold only encodable values: \(error)")
        }
    }

    /// Reads a value, or says which part is wrong.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Collection<UInt8>
    ) throws(WireError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw .malformed(what: "\(type) document\(place(of: error))")
        } catch {
            throw .malformed(what: "\(type) document")
        }
    }

    /// Which value is wrong: ` at config.ack_wait_ms`.
    private static func place(of error: DecodingError) -> String {
        let path: [any CodingKey]
        switch error {
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
        @unknown default: path = []
        }
        return path.isEmpty ? "" : " at \(path.map(\.stringValue).joined(separator: "."))"
    }
}

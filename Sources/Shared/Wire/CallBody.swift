/// Body of `call` and `request`: `u32 deadline ms, u16 service length, u16 0, service, payload`.
public struct CallBody {
    /// Milliseconds until the caller gives up: 1…30,000.
    public var deadline: UInt32
    public var service: String
    /// Not copied.
    public var payload: UnsafeRawBufferPointer

    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        deadline = reader.u32()
        let length = Int(reader.u16())
        reader.skip(2)
        service = reader.text(length)
        guard reader.isValid else { throw .truncated(what: "call") }
        payload = reader.raw(reader.remaining)
    }

    /// Appends a body.
    public static func encode(
        deadline: UInt32, service: String, payload: some Collection<UInt8>, into out: inout [UInt8]
    ) {
        out.put(u32: deadline)
        out.put(u16: UInt16(service.utf8.count))
        out.put(u16: 0)
        out.put(service)
        out.append(contentsOf: payload)
    }
}

/// How a call ended.
public enum ReplyStatus: UInt8, Sendable {
    /// The payload is the service's answer.
    case ok = 0
    /// The service answered with an error; the payload is a ``Failure`` as JSON.
    case failed = 1
    /// Not handed to any server: it certainly did not run.
    case unavailable = 2
    /// Handed out, then the server was lost or the deadline passed: it may have run.
    case unknown = 3
}

/// Body of `reply` and `replied`: `u8 status`, 3 zero bytes, payload.
public struct ReplyBody {
    /// Bytes before the payload.
    public static let headerBytes = 4

    public var status: ReplyStatus
    /// Not copied.
    public var payload: UnsafeRawBufferPointer

    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        guard bytes.count >= ReplyBody.headerBytes, let status = ReplyStatus(rawValue: bytes.u8(at: 0)) else {
            throw .malformed(what: "reply")
        }
        self.status = status
        payload = bytes.slice(ReplyBody.headerBytes, bytes.count - ReplyBody.headerBytes)
    }

    /// Appends a body.
    public static func encode(_ status: ReplyStatus, payload: some Collection<UInt8>, into out: inout [UInt8]) {
        out.put(u8: status.rawValue)
        out.append(contentsOf: [0, 0, 0])
        out.append(contentsOf: payload)
    }
}

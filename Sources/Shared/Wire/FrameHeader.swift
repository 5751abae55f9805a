/// The 16 bytes that start every message between a client and the Broker.
///
/// ```
/// 0 u8 version = 1   1 u8 type   2 u16 flags   4 u32 session   8 u64 ref   16 body
/// ```
/// `session` is the number from the welcome, 0 before it. `ref` is chosen by whoever asks; answers carry it back.
public struct FrameHeader: Equatable, Sendable {
    /// Bytes before the body.
    public static let byteCount = 16
    /// The protocol's version.
    public static let version: UInt8 = 1

    public var type: FrameType
    public var flags: UInt16
    public var session: UInt32
    public var ref: UInt64

    public init(_ type: FrameType, flags: UInt16 = 0, session: UInt32, ref: UInt64) {
        self.type = type
        self.flags = flags
        self.session = session
        self.ref = ref
    }

    /// Reads the header of `frame`, or says why it is none.
    public init(_ frame: UnsafeRawBufferPointer) throws(WireError) {
        guard frame.count >= FrameHeader.byteCount else { throw .truncated(what: "frame header") }
        guard frame.u8(at: 0) == FrameHeader.version else { throw .unsupportedVersion(frame.u8(at: 0)) }
        guard let type = FrameType(rawValue: frame.u8(at: 1)) else { throw .unknownType(frame.u8(at: 1)) }
        self.init(type, flags: frame.u16(at: 2), session: frame.u32(at: 4), ref: frame.u64(at: 8))
    }
}

extension [UInt8] {
    /// Starts a message.
    public mutating func put(_ header: FrameHeader) {
        put(u8: FrameHeader.version)
        put(u8: header.type.rawValue)
        put(u16: header.flags)
        put(u32: header.session)
        put(u64: header.ref)
    }

    /// A whole message: header and body.
    public init(_ header: FrameHeader, body: some Collection<UInt8>) {
        self.init()
        reserveCapacity(FrameHeader.byteCount + body.count)
        put(header)
        append(contentsOf: body)
    }
}

/// Why bytes are not a message of this protocol.
public enum WireError: Error, Hashable, Sendable {
    case truncated(what: String)
    case unsupportedVersion(UInt8)
    case unknownType(UInt8)
    case malformed(what: String)

    /// Stable, for machines.
    public var code: String {
        switch self {
        case .truncated: "wire.truncated"
        case .unsupportedVersion: "wire.unsupported_version"
        case .unknownType: "wire.unknown_type"
        case .malformed: "wire.malformed"
        }
    }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let what): "The message ends inside its \(what). Is the peer a Patchbay client?"
        case .unsupportedVersion(let version):
            "Protocol version \(version) is not spoken here, only \(FrameHeader.version). Upgrade the older side."
        case .unknownType(let type): "Message type 0x\(String(type, radix: 16)) is unknown to protocol version 1."
        case .malformed(let what): "The message's \(what) is malformed (docs/protocol.md gives its layout)."
        }
    }
}

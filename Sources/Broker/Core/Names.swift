/// What groups and maps may be called.
extension String {
    /// Letters, digits, `-`, `_` and `.`; 1…128 bytes.
    var isGroupName: Bool {
        (1...128).contains(utf8.count) && utf8.allSatisfy { $0.isTokenByte || $0 == UInt8(ascii: ".") }
    }

    /// Letters, digits, `-` and `_`; 1…64 bytes: one token of a topic.
    var isMapName: Bool { (1...64).contains(utf8.count) && utf8.allSatisfy(\.isTokenByte) }
}

extension UInt8 {
    /// Whether it may stand in a token of a topic.
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

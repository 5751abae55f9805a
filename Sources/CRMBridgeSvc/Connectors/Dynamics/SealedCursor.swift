import Crypto
import Events
import Hosting

/// Page links of the CRM on their way through a browser: whoever changes one gets nothing for it.
///
/// Links are taken as the CRM gives them, whole; a link of somebody else's making would be a query of his making.
struct SealedCursor: Sendable {
    static let maxBytes = 6_144
    private static let tagBytes = 16

    private let key: SymmetricKey

    init(secret: Secret) {
        key = SymmetricKey(data: SHA256.hash(data: Array(("cursor:" + secret.reveal()).utf8)))
    }

    func seal(_ link: String) -> String {
        let bytes = tag(link) + Array(link.utf8)
        return String(decoding: Base64.encode(bytes), as: UTF8.self)
    }

    /// The link; nil when it was not sealed here.
    func open(_ cursor: String) -> String? {
        guard cursor.utf8.count <= Self.maxBytes * 2, let bytes = Base64.decode(cursor.utf8),
            bytes.count > Self.tagBytes
        else { return nil }
        let link = String(decoding: bytes[Self.tagBytes...], as: UTF8.self)
        // All bytes are compared, whichever differs first.
        let differences = zip(bytes, tag(link)).reduce(0) { $0 | ($1.0 ^ $1.1) }
        return differences == 0 ? link : nil
    }

    private func tag(_ link: String) -> [UInt8] {
        Array(Array(HMAC<SHA256>.authenticationCode(for: Array(link.utf8), using: key)).prefix(Self.tagBytes))
    }
}

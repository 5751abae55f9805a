import Crypto
import Events

/// Computes and checks `X-Twilio-Signature`: Base64 of HMAC-SHA1, keyed with the account's auth token, over the public
/// URL and, for a form, each parameter's name and value in the order of names.
///
/// Rules (Twilio's security page and its helper libraries): only body parameters count, the query is already in the
/// URL; a repeated name appends its distinct values in their order, each with the name again; for a JSON body only the
/// URL is signed, and its query carries the SHA-256 of the raw body as `bodySHA256`. There is no time in it: a captured
/// request verifies for ever, and deduplication is what makes that harmless.
public struct WebhookSignature: Sendable {
    /// How many tokens an account may have at once: the primary one and the next during rotation, with room to spare.
    public static let maxTokens = 4

    private let keys: [Key]

    /// Prepares the tokens, so that a check hashes only the message.
    ///
    /// - Parameter tokens: Auth tokens as UTF-8 bytes, the current one first; those after ``maxTokens`` are ignored.
    public init(tokens: some Sequence<[UInt8]>) {
        keys = tokens.prefix(Self.maxTokens).map { Key($0) }
    }

    /// Checks the signature of a form, in time that does not depend on how much of the signature is right.
    ///
    /// - Parameters:
    ///   - header: The header's value; absent is nil and never verifies.
    ///   - url: The public address of this server.
    ///   - target: Path and raw query as received, percent-encoding untouched; a fragment is dropped.
    ///   - form: The body's parameters.
    /// - Returns: Whether one of the tokens signed one of the spellings.
    public func verifies(
        _ header: String?, url: SignedURL, target: UnsafeRawBufferPointer, form: FormParameters
    ) -> Bool {
        matches(header, url: url, target: target, parameters: Self.signedText(of: form))
    }

    /// Checks the signature of a JSON body, and that the body is the one whose hash was signed.
    ///
    /// - Parameters:
    ///   - header: The header's value; absent is nil and never verifies.
    ///   - url: The public address of this server.
    ///   - target: Path and raw query as received; the query must carry `bodySHA256`.
    ///   - jsonBody: The raw body.
    /// - Returns: Whether the hash fits and one of the tokens signed one of the spellings.
    public func verifies(
        _ header: String?, url: SignedURL, target: UnsafeRawBufferPointer, jsonBody: UnsafeRawBufferPointer
    ) -> Bool {
        guard let claimed = Self.bodyHash(in: target) else { return false }
        var hash = SHA256()
        hash.update(bufferPointer: jsonBody)
        let hexadecimal = hash.finalize().flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }
        guard Self.areEqualInConstantTime(claimed, hexadecimal) else { return false }
        return matches(header, url: url, target: target, parameters: [])
    }

    /// Signs a form as the provider does, with the first token.
    ///
    /// - Parameters:
    ///   - url: The whole public URL with its query; a fragment is dropped.
    ///   - form: The body's parameters; none for GET and JSON bodies.
    /// - Returns: The header's value; nil without a token.
    public func header(url: String, form: FormParameters?) -> String? {
        guard let key = keys.first else { return nil }
        var url = url
        let code = url.withUTF8 { bytes in
            let location = Self.withoutFragment(UnsafeRawBufferPointer(bytes))
            return key.code(location, UnsafeRawBufferPointer(rebasing: location[..<0]), form.map(Self.signedText) ?? [])
        }
        return String(decoding: Base64.encode(code), as: UTF8.self)
    }

    /// Names and values as they are signed: sorted, without exact repeats.
    static func signedText(of form: FormParameters) -> [UInt8] {
        form.bytes.withUnsafeBytes { base in
            [UInt8](unsafeUninitializedCapacity: base.count) { target, count in
                var previous: FormParameters.Entry?
                for entry in form.entries {
                    if let previous, previous.prefix == entry.prefix,
                        Bytes.compare(base, previous.nameRange, entry.nameRange) == 0,
                        Bytes.compare(base, previous.valueRange, entry.valueRange) == 0
                    {
                        continue
                    }
                    let pair = UnsafeRawBufferPointer(rebasing: base[entry.pairRange])
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[count...])
                        .copyMemory(from: pair)
                    count += pair.count
                    previous = entry
                }
            }
        }
    }

    private func matches(
        _ header: String?, url: SignedURL, target: UnsafeRawBufferPointer, parameters: [UInt8]
    ) -> Bool {
        guard let header, let claimed = Base64.decode(header.utf8), claimed.count == Insecure.SHA1.byteCount else {
            return false
        }
        let target = Self.withoutFragment(target)
        return keys.contains { key in
            url.spellings.contains { spelling in
                let code = spelling.withUnsafeBytes { key.code($0, target, parameters) }
                return Self.areEqualInConstantTime(claimed, code)
            }
        }
    }

    private static func withoutFragment(_ url: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let hash = url.firstIndex(of: UInt8(ascii: "#")) else { return url }
        return UnsafeRawBufferPointer(rebasing: url[..<hash])
    }

    /// The first `bodySHA256` of the query.
    private static func bodyHash(in target: UnsafeRawBufferPointer) -> [UInt8]? {
        let target = withoutFragment(target)
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let query = UnsafeRawBufferPointer(rebasing: target[(mark + 1)...])
        return (try? FormParameters(decoding: query))?.first("bodySHA256").map { Array($0.utf8) }
    }

    private static func areEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (first, second) in zip(left, right) { difference |= first ^ second }
        return difference == 0
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// HMAC-SHA1 with the key's two padded blocks already hashed; a check copies the states (RFC 2104 §4).
    private struct Key: Sendable {
        private let inner: Insecure.SHA1
        private let outer: Insecure.SHA1

        init(_ token: [UInt8]) {
            var block = token.count > 64 ? Array(Insecure.SHA1.hash(data: token)) : token
            block.append(contentsOf: repeatElement(0, count: 64 - block.count))
            var inner = Insecure.SHA1()
            inner.update(data: block.map { $0 ^ 0x36 })
            var outer = Insecure.SHA1()
            outer.update(data: block.map { $0 ^ 0x5C })
            self.inner = inner
            self.outer = outer
        }

        func code(
            _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ rest: [UInt8]
        ) -> [UInt8] {
            var inner = inner
            inner.update(bufferPointer: first)
            inner.update(bufferPointer: second)
            rest.withUnsafeBytes { inner.update(bufferPointer: $0) }
            var outer = outer
            inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
            return Array(outer.finalize())
        }
    }
}

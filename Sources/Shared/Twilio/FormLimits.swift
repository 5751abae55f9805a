/// What a form may measure before it is refused unread.
public struct FormLimits: Hashable, Sendable {
    /// Bytes of the encoded body; more is ``FormError/bodyTooLarge(limitBytes:)``.
    public var maxBodyBytes: Int
    /// Parameters, repeats counted; more is ``FormError/tooManyParameters(limit:)``.
    public var maxParameters: Int

    /// Limits of a webhook form.
    ///
    /// - Parameters:
    ///   - maxBodyBytes: 256 KiB unless configured; never over 1 GiB, which positions in a form cannot address.
    ///   - maxParameters: 1,000 unless configured. Twilio's largest webhooks have about 50.
    public init(maxBodyBytes: Int = 256 << 10, maxParameters: Int = 1_000) {
        self.maxBodyBytes = min(maxBodyBytes, 1 << 30)
        self.maxParameters = maxParameters
    }
}

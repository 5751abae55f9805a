/// The numbers that customers are written from on the Flex side.
struct SenderNumbers: Hashable, Sendable {
    var sms: String?
    var whatsApp: String?

    /// The number for a kind of binding, as the provider writes it.
    func proxy(for type: String) -> String? {
        guard type.lowercased() == "whatsapp" else { return sms }
        return whatsApp.map { $0.hasPrefix("whatsapp:") ? $0 : "whatsapp:\($0)" }
    }
}

import Twilio

/// How a person is called on each side; the name on the Flex side is the one that records use.
struct PersonNames: Sendable {
    let toFlex: @Sendable (String) -> String
    let toFrontline: @Sendable (String) -> String

    /// Everybody has the same name on both sides.
    static let equal = PersonNames(toFlex: { $0 }, toFrontline: { $0 })

    /// As the identity map says; where it knows no other name it is the same.
    init(_ identities: IdentityMap) {
        self.init(
            toFlex: { identities.flex(ofFrontline: $0) ?? $0 }, toFrontline: { identities.frontline(ofFlex: $0) ?? $0 })
    }

    private init(toFlex: @escaping @Sendable (String) -> String, toFrontline: @escaping @Sendable (String) -> String) {
        self.toFlex = toFlex
        self.toFrontline = toFrontline
    }

    /// The name that records use, of someone on a side.
    func common(_ name: Identity, on side: Side) -> String { side == .flex ? name.text : toFlex(name.text) }

    /// The name on a side of someone with a common name.
    func local(_ name: String, on side: Side) -> Identity { Identity(side == .flex ? name : toFrontline(name)) }

    /// A name on one side as the other side knows it.
    func translated(_ name: Identity, from side: Side) -> Identity {
        local(common(name, on: side), on: side.other)
    }
}

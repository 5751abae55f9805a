/// Who an agent of one project is in the other: worker names on the Flex side, identities on the Frontline side.
///
/// Pairs come from the configuration; whoever has none there has the same name on both sides, as in the samples.
struct IdentityMap: Hashable, Sendable {
    /// One agent whose names differ.
    struct Pair: Hashable, Sendable {
        let flex: String
        let frontline: String
    }

    private let frontlineByFlex: [String: String]
    private let flexByFrontline: [String: String]

    /// - Parameter pairs: Each name once per side; of repeated ones the first counts, see ``repeated(in:)``.
    init(_ pairs: [Pair] = []) {
        frontlineByFlex = Dictionary(pairs.map { ($0.flex, $0.frontline) }) { first, _ in first }
        flexByFrontline = Dictionary(pairs.map { ($0.frontline, $0.flex) }) { first, _ in first }
    }

    /// The Frontline identity of a Flex worker; nil when the name is another agent's on the Frontline side.
    func frontline(ofFlex name: String) -> String? {
        if let identity = frontlineByFlex[name] { return identity }
        return flexByFrontline[name] == nil ? name : nil
    }

    /// The Flex worker's name of a Frontline identity; nil when the identity is another agent's name on the Flex side.
    func flex(ofFrontline identity: String) -> String? {
        if let name = flexByFrontline[identity] { return name }
        return frontlineByFlex[identity] == nil ? identity : nil
    }

    /// The first name that stands in two pairs on the same side: a mistake in the configuration.
    static func repeated(in pairs: [Pair]) -> String? {
        var flex: Set<String> = []
        var frontline: Set<String> = []
        for pair in pairs {
            guard flex.insert(pair.flex).inserted else { return pair.flex }
            guard frontline.insert(pair.frontline).inserted else { return pair.frontline }
        }
        return nil
    }
}

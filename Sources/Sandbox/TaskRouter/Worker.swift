import Events

/// Someone who takes tasks.
struct Worker: Hashable, Sendable {
    /// Tasks of one channel at once, the provider's range.
    static let capacityRange = 0...50

    let sid: String
    var name: String
    /// The JSON document as it was given.
    var attributesText: String
    var attributes: JSONValue
    var activitySID: String
    var activitySince: Timestamp
    /// Counts changes; the resource's ETag.
    var version: Int
    /// Tasks at once by task channel SID.
    var capacity: [String: Int]
    /// Open reservations by task channel SID.
    var load: [String: Int] = [:]
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// Tasks that it can take on besides.
    func freeCapacity(on channel: String) -> Int {
        max(0, (capacity[channel] ?? 0) - (load[channel] ?? 0))
    }

    /// The identity under which it joins conversations and takes calls: that of its `contact_uri`, else its name.
    var identity: String {
        guard let contact = attributes["contact_uri"]?.string, contact.hasPrefix("client:") else { return name }
        return String(contact.dropFirst(7))
    }

    /// What rings when he is called: his `contact_uri` (`client:…`, `sip:…` or a desk phone), else his client.
    var address: String {
        guard let contact = attributes["contact_uri"]?.string, !contact.isEmpty else { return "client:\(name)" }
        return contact
    }
}

public import Events

/// What a message is to be; what is nil is left out.
public struct MessageDraft: Hashable, Sendable {
    /// An identity as the project spells it, an address, or `system`, which is the provider's default.
    public var author: String?
    /// At most 1,600 characters.
    public var body: String?
    public var attributes: TwilioAttributes?
    public var mediaSID: MediaSID?
    /// `HX…`, a template, with its variables as a JSON text.
    public var contentSID: String?
    public var contentVariables: String?
    public var subject: String?
    public var dateCreated: Timestamp?
    public var dateUpdated: Timestamp?

    public init(
        author: String? = nil, body: String? = nil, attributes: TwilioAttributes? = nil, mediaSID: MediaSID? = nil,
        contentSID: String? = nil, contentVariables: String? = nil, subject: String? = nil,
        dateCreated: Timestamp? = nil, dateUpdated: Timestamp? = nil
    ) {
        self.author = author
        self.body = body
        self.attributes = attributes
        self.mediaSID = mediaSID
        self.contentSID = contentSID
        self.contentVariables = contentVariables
        self.subject = subject
        self.dateCreated = dateCreated
        self.dateUpdated = dateUpdated
    }

    var form: Form {
        .with {
            $0.add("Author", author)
            $0.add("Body", body)
            $0.add("Attributes", attributes)
            $0.add("MediaSid", mediaSID)
            $0.add("ContentSid", contentSID)
            $0.add("ContentVariables", contentVariables)
            $0.add("Subject", subject)
            $0.add("DateCreated", dateCreated)
            $0.add("DateUpdated", dateUpdated)
        }
    }
}

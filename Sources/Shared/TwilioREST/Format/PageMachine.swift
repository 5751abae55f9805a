internal import Events

/// Which page of a list comes next: the answer's own link, as it is, and only to the endpoint that was asked.
///
/// Page numbers are never computed: they shift while a list grows, and some lists forbid them (twilio.md §2).
struct PageMachine: Sendable {
    let base: EndpointBase
    let maxPages: Int
    private var pages = 0

    init(base: EndpointBase, maxPages: Int) {
        self.base = base
        self.maxPages = maxPages
    }

    enum Next: Hashable, Sendable {
        case end
        case follow(String)
        case fail(TwilioError)
    }

    /// Takes a page.
    ///
    /// - Parameter page: `meta.next_page_url`, or `next_page_uri` in the API of 2010.
    /// - Returns: What comes after it.
    mutating func next(after page: Fields) -> Next {
        pages += 1
        let meta = page["meta"]?["next_page_url"]
        guard let link = meta?.string ?? page.optionalText("next_page_uri"), !link.isEmpty else { return .end }
        guard pages < maxPages else { return .fail(.listLimit(limit: maxPages)) }
        guard let url = base.resolve(link) else { return .fail(.foreignLink) }
        return .follow(url)
    }

    /// The entries of a page: under `meta.key`, or under the name that the API of 2010 gives them.
    static func entries(of page: Fields, key: String?) throws(FieldError) -> [JSONValue] {
        let name = page["meta"]?["key"]?.string ?? key
        guard let name, let entries = page[name]?.array else {
            throw FieldError(name: name ?? "meta.key", expected: "a list")
        }
        return entries
    }
}

import Events
import Twilio

/// One page of a list, cut out of an ordered collection.
///
/// A `PageToken` names the last item of the page before by its key, so that items added or removed between two pages
/// move nothing. `Page` is only counted on, as Twilio does.
struct Page<Element> {
    /// What `Page` counts up to at most; it says nothing about where a page begins.
    private static var numberLimit: Int { 1_000_000 }

    let items: [Element]
    let size: Int
    let number: Int
    /// The token of this page, for `meta.url`.
    let token: String?
    let nextToken: String?
    let firstURL: String
    let url: String
    let nextURL: String?

    /// Cuts a page.
    ///
    /// - Parameters:
    ///   - request: Brings `PageSize`, `Page` and `PageToken`, and the filters that links repeat.
    ///   - elements: The whole list in order.
    ///   - maxSize: The product's limit; 50 is the default size everywhere.
    ///   - key: What tells items apart, such as the SID.
    /// - Throws: ``TwilioProblem`` for a size out of range.
    init<List: RandomAccessCollection<Element>>(
        _ request: RestRequest, _ elements: List, maxSize: Int = 100, key: (Element) -> String
    ) throws(TwilioProblem) {
        let asked = try request.pageSize(maxSize: maxSize)
        let token = request.query.first("PageToken")
        var start = elements.startIndex
        if let last = token?.dropFirst(2), !last.isEmpty {
            start = elements.firstIndex { key($0) == last }.map { elements.index(after: $0) } ?? elements.endIndex
        }
        let rest = elements[start...]
        let items = Array(rest.prefix(asked))
        let next = rest.count > asked ? items.last.map { "PA" + key($0) } : nil
        self.init(request, items: items, size: asked, nextToken: next)
    }

    /// A page that the caller has cut already.
    init(_ request: RestRequest, items: [Element], size: Int, nextToken: String?) {
        self.items = items
        self.size = size
        self.nextToken = nextToken
        token = request.query.first("PageToken")
        number = min(max(0, request.query.first("Page").flatMap { Int($0) } ?? 0), Self.numberLimit)
        let base = request.url + "?" + request.filters + "PageSize=\(size)&Page="
        firstURL = "\(base)0"
        url = base + String(number) + (token.map { "&PageToken=\($0)" } ?? "")
        let next = base + String(number + 1)
        nextURL = nextToken.map { "\(next)&PageToken=\($0)" }
    }

    /// The answer of the v1 and v2 hosts: the items under `key` and a `meta` with absolute links.
    func answer(_ key: StaticString, _ row: (Element, inout JSONFields) -> Void) -> RestAnswer {
        var json = JSONFields(capacity: 400 + items.count * 700)
        json.object("meta") { meta in
            meta.number("page", number)
            meta.number("page_size", size)
            meta.text("first_page_url", firstURL)
            meta.null("previous_page_url")
            meta.text("url", url)
            meta.text("next_page_url", nextURL)
            meta.text("key", "\(key)")
        }
        json.objects(key, items, row)
        return RestAnswer(json: json)
    }

    /// The answer of `2010-04-01`: the items under `key`, links relative to the host.
    func classicAnswer(
        _ key: StaticString, hostPrefix: String, _ row: (Element, inout JSONFields) -> Void
    ) -> RestAnswer {
        func relative(_ url: String?) -> String? { url.map { String($0.dropFirst(hostPrefix.utf8.count)) } }
        var json = JSONFields(capacity: 400 + items.count * 700)
        json.text("first_page_uri", relative(firstURL))
        json.number("end", max(0, number * size + items.count - 1))
        json.null("previous_page_uri")
        json.objects(key, items, row)
        json.text("uri", relative(url))
        json.number("page_size", size)
        json.number("start", number * size)
        json.text("next_page_uri", relative(nextURL))
        json.number("page", number)
        return RestAnswer(json: json)
    }
}

extension RestRequest {
    /// `PageSize`, 50 unless given.
    ///
    /// - Throws: ``TwilioProblem`` when it is below 1 or no number; above the limit Twilio takes the limit.
    func pageSize(maxSize: Int) throws(TwilioProblem) -> Int {
        min(try int("PageSize", in: 1...1_000_000) ?? min(50, maxSize), maxSize)
    }

    /// The query without what says where a page begins, ready to be continued.
    fileprivate var filters: String {
        let kept = query.pairs.filter { !["PageSize", "Page", "PageToken"].contains($0.name) }
        guard !kept.isEmpty else { return "" }
        return String(decoding: FormParameters(kept.map { ($0.name, $0.value) }).encoded, as: UTF8.self) + "&"
    }
}

internal import Events

/// A list, page by page, asked for as it is read.
///
/// ```swift
/// for try await page in client.conversations(service).list() { … }
/// ```
///
/// Follows the answers' own links and stops with ``TwilioError/listLimit(limit:)`` at `max_pages`.
public struct Pages<Entry: Sendable>: AsyncSequence, Sendable {
    public typealias Element = [Entry]
    public typealias Failure = TwilioError

    private let client: TwilioClient
    private let call: Call
    private let key: String?
    private let read: @Sendable (Fields) throws(FieldError) -> Entry

    init(client: TwilioClient, call: Call, key: String?) where Entry: TwilioResource {
        self.client = client
        self.call = call
        self.key = key
        read = { fields throws(FieldError) in try Entry(fields) }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        let configuration = client.core.configuration
        return AsyncIterator(
            list: self, upcoming: call,
            machine: PageMachine(base: configuration.endpoints[call.product], maxPages: configuration.maxPages))
    }

    /// Reads one page after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let list: Pages
        fileprivate var upcoming: Call?
        fileprivate var machine: PageMachine

        public mutating func next() async throws(TwilioError) -> [Entry]? {
            guard let call = upcoming else { return nil }
            upcoming = nil
            let response = try await list.client.response(call)
            let page: Fields
            var entries: [Entry] = []
            do throws(FieldError) {
                page = try Fields(response)
                for value in try PageMachine.entries(of: page, key: list.key) {
                    guard let object = value.object else {
                        throw FieldError(name: list.key ?? "meta.key", expected: "a list of objects")
                    }
                    entries.append(try list.read(Fields(object)))
                }
            } catch {
                throw .unreadable(call.problem(response, reads: false), reason: error.description)
            }
            switch machine.next(after: page) {
            case .end: break
            case .follow(let link): upcoming = call.following(link)
            case .fail(let error): throw error
            }
            return entries
        }
    }

    /// All entries.
    ///
    /// - Parameter limit: Entries, at most.
    /// - Returns: The entries in the list's order.
    /// - Throws: ``TwilioError/listLimit(limit:)`` when there are more.
    public func all(limit: Int = 10_000) async throws(TwilioError) -> [Entry] {
        var entries: [Entry] = []
        for try await page in self {
            entries += page
            guard entries.count <= limit else { throw .listLimit(limit: limit) }
        }
        return entries
    }

    /// The first entry, nil when there is none: pages are read until one has an entry.
    public func first() async throws(TwilioError) -> Entry? {
        for try await page in self {
            if let entry = page.first { return entry }
        }
        return nil
    }

    /// The first entry that fits, nil when there is none.
    ///
    /// - Parameter fits: What to look for.
    /// - Returns: The entry.
    /// - Throws: ``TwilioError``.
    public func first(where fits: (Entry) -> Bool) async throws(TwilioError) -> Entry? {
        for try await page in self {
            if let entry = page.first(where: fits) { return entry }
        }
        return nil
    }
}

/// Body of `read`: records from the journal, without a group and without a trace.
public struct ReadRequest: Codable, Equatable, Sendable {
    /// First offset wanted.
    ///
    /// One that is trimmed by now is answered with failure `journal.trimmed`, which names the first.
    public var offset: UInt64?
    /// Instead of `offset`: nanoseconds since 1970, the first record at or after it.
    public var time: UInt64?
    /// Topics as in ``GroupConfig/filters``; empty: every event.
    public var filters: [String]
    /// Only events with this ordering key.
    public var key: String?
    /// Records in the answer at most: 1…10,000.
    public var limit: Int
    /// Bytes in the answer, about: 1…the session's `max_frame_bytes`.
    public var maxBytes: Int
    /// Whole batches as they lie in the journal instead (answer `slices`); `filters` and `key` must be absent.
    public var raw: Bool

    public init(
        offset: UInt64? = nil, time: UInt64? = nil, filters: [String] = [], key: String? = nil, limit: Int = 1_000,
        maxBytes: Int = 1_048_576, raw: Bool = false
    ) {
        self.offset = offset
        self.time = time
        self.filters = filters
        self.key = key
        self.limit = limit
        self.maxBytes = maxBytes
        self.raw = raw
    }

    /// Keys that are left out have the defaults of the other initialiser.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            offset: try values.decodeIfPresent(UInt64.self, forKey: .offset),
            time: try values.decodeIfPresent(UInt64.self, forKey: .time),
            filters: try values.decodeIfPresent([String].self, forKey: .filters) ?? [],
            key: try values.decodeIfPresent(String.self, forKey: .key),
            limit: try values.decodeIfPresent(Int.self, forKey: .limit) ?? 1_000,
            maxBytes: try values.decodeIfPresent(Int.self, forKey: .maxBytes) ?? 1_048_576,
            raw: try values.decodeIfPresent(Bool.self, forKey: .raw) ?? false)
    }
}

/// The order of a list of messages.
public enum ListOrder: String, Hashable, Sendable {
    case ascending = "asc"
    case descending = "desc"
}

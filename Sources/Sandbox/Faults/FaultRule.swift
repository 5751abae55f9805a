import Events

/// Which requests a fault meets, how often, and what it does to them.
struct FaultRule: Hashable, Sendable {
    enum Effect: Hashable, Sendable {
        case latency(least: Int, most: Int)
        case status(Int, retryAfter: Int?, isDone: Bool)
        case timeout(isDone: Bool)
        case lostAnswer
    }

    /// nil means every project.
    var project: String?
    var product: String?
    var method: RestMethod?
    /// Of the path below the product: `/v1/Conversations`.
    var pathPrefix: String?
    /// `/Calls.json`: the product's paths that begin with an account.
    var pathSuffix: String?
    var probability: Double
    var effect: Effect
    /// After so many it is used up; nil means never.
    var times: Int?

    func matches(project: String, product: String, method: RestMethod, path: Substring) -> Bool {
        (self.project == project || (self.project == nil && !FaultPlan.others.contains(project)))
            && (self.product == nil || self.product == product)
            && (self.method == nil || self.method == method) && (pathPrefix.map { path.hasPrefix($0) } ?? true)
            && (pathSuffix.map { path.hasSuffix($0) } ?? true)
    }
}

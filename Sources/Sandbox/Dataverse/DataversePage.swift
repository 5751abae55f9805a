/// The cookie in `@odata.nextLink`: how many rows earlier pages had, sealed, for it is to be sent back as it came.
enum DataversePage {
    static func token(skipped: Int, page: Int) -> String {
        "<cookie pagenumber=\"\(page)\" pagingcookie=\"\(skipped)-\(seal(skipped))\" istracking=\"False\" />"
    }

    /// - Throws: ``DataverseProblem`` for a cookie that was not made here.
    static func skipped(_ token: String) throws(DataverseProblem) -> Int {
        let parts = token.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 7, parts[0] == "<cookie pagenumber=" else { throw malformed }
        let cookie = parts[3].split(separator: "-")
        guard cookie.count == 2, let skipped = Int(cookie[0]), cookie[1] == seal(skipped) else { throw malformed }
        return skipped
    }

    private static let malformed = DataverseProblem.query("Malformed XML in the Paging Cookie")

    private static func seal(_ skipped: Int) -> String {
        String(SeededGenerator.mixed(UInt64(skipped) &+ 0x636F_6F6B_6965), radix: 16)
    }
}

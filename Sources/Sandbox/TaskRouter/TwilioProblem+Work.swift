extension TwilioProblem {
    /// Something given is unusable: 400, 20001.
    static func invalid(_ message: String) -> TwilioProblem {
        TwilioProblem(status: 400, code: 20001, message)
    }

    /// A move that the resource's state does not allow: 400, 20001.
    static func illegalMove(_ resource: String, from: String, to: String) -> TwilioProblem {
        TwilioProblem(
            status: 400, code: 20001, "Cannot update \(resource): it is \(from), which does not allow \(to)")
    }

    /// Something unique exists already: 409.
    static func conflict(code: Int, _ message: String) -> TwilioProblem {
        TwilioProblem(status: 409, code: code, message)
    }
}

import Glibc

/// What standard output and standard error are connected to.
struct Terminal: Sendable {
    /// Columns assumed where there is no terminal to ask.
    static let defaultWidth = 120
    /// Fewer than these are not narrowed any further: lines then wrap.
    static let minimumWidth = 40

    let isTerminal: Bool
    let style: Style
    private let descriptor: Int32

    /// - Parameters:
    ///   - descriptor: Standard output or standard error.
    ///   - environment: For `NO_COLOR`, `TERM` and `COLUMNS`.
    init(descriptor: Int32, environment: [String: String]) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        let isPlain = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        style = Style(isColoured: isTerminal && !isPlain)
        columns = environment["COLUMNS"].flatMap(Int.init)
    }

    private let columns: Int?

    /// Columns at this moment; no limit when the output is a file or a pipe.
    var width: Int {
        guard isTerminal else { return .max }
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return max(Self.minimumWidth, Int(size.ws_col))
        }
        return max(Self.minimumWidth, columns ?? Self.defaultWidth)
    }
}

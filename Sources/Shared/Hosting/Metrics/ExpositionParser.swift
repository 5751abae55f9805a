/// Why a scrape could not be understood.
public struct ExpositionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int
    public let problem: String

    public var code: String { "metrics.malformed" }
    public var description: String { "Metrics text, line \(line): \(problem)." }
}

extension ExpositionText {
    /// Reads a scrape, strictly: a line that is neither empty, a comment nor a sample is an error.
    static func parse(_ text: String) throws(ExpositionError) -> [MetricFamily] {
        var parser = ExpositionParser()
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            do throws(ExpositionParser.Problem) {
                try parser.take(line)
            } catch {
                throw ExpositionError(line: index + 1, problem: error.text)
            }
        }
        return parser.families
    }
}

/// Reads one line after the other.
private struct ExpositionParser {
    struct Problem: Error {
        let text: String
    }

    private(set) var families: [MetricFamily] = []
    private var indices: [String: Int] = [:]

    mutating func take(_ line: String.UTF8View.SubSequence) throws(Problem) {
        if line.isEmpty || line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return }
        if line.first == UInt8(ascii: "#") {
            try comment(line)
        } else {
            try sample(line)
        }
    }

    private mutating func comment(_ line: String.UTF8View.SubSequence) throws(Problem) {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 3).map { String(decoding: $0, as: UTF8.self) }
        guard words.count >= 3, words[0] == "#" else { return }
        switch words[1] {
        case "HELP":
            families[family(words[2])].help = Self.unescaped(words.count > 3 ? words[3] : "")
        case "TYPE":
            guard words.count == 4, let kind = MetricFamily.Kind(rawValue: words[3]) else {
                throw Problem(text: "unknown type of metric")
            }
            families[family(words[2])].kind = kind
        default: return
        }
    }

    private mutating func sample(_ line: String.UTF8View.SubSequence) throws(Problem) {
        var rest = line
        let name = rest.prefix { MetricName.isNameByte($0) || $0 == UInt8(ascii: ":") }
        guard let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            throw Problem(text: "a sample must start with a metric's name")
        }
        rest.removeFirst(name.count)
        let labels = try Self.labels(&rest)
        let words = rest.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard (1...2).contains(words.count), Self.isNumber(words[0]), words.count == 1 || Int(words[1]) != nil else {
            throw Problem(text: "a sample must end in a number")
        }
        let full = String(decoding: name, as: UTF8.self)
        let (index, suffix) = owner(of: full)
        families[index].samples.append(
            .init(suffix: suffix, labels: labels, value: words[0], timestamp: words.count == 2 ? words[1] : nil))
    }

    /// The family a sample belongs to: for histograms and summaries the name without its ending.
    private mutating func owner(of name: String) -> (index: Int, suffix: String) {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let base = String(name.dropLast(suffix.count))
            if let index = indices[base], [.histogram, .summary].contains(families[index].kind) {
                return (index, suffix)
            }
        }
        return (family(name), "")
    }

    private mutating func family(_ name: String) -> Int {
        if let index = indices[name] { return index }
        indices[name] = families.count
        families.append(MetricFamily(name: name, kind: .untyped, help: ""))
        return families.count - 1
    }

    private static func labels(
        _ rest: inout String.UTF8View.SubSequence
    ) throws(Problem) -> [(name: String, value: String)] {
        guard rest.first == UInt8(ascii: "{") else { return [] }
        rest.removeFirst()
        var labels: [(name: String, value: String)] = []
        while true {
            skipSpaces(&rest)
            if rest.first == UInt8(ascii: "}") {
                rest.removeFirst()
                return labels
            }
            let name = rest.prefix(while: MetricName.isNameByte)
            guard !name.isEmpty else { throw Problem(text: "a label must have a name") }
            rest.removeFirst(name.count)
            guard rest.popFirst() == UInt8(ascii: "="), rest.popFirst() == UInt8(ascii: "\"") else {
                throw Problem(text: "a label's value must be quoted")
            }
            labels.append((String(decoding: name, as: UTF8.self), try quoted(&rest)))
            skipSpaces(&rest)
            if rest.first == UInt8(ascii: ",") {
                rest.removeFirst()
            } else if rest.first != UInt8(ascii: "}") {
                throw Problem(text: "labels must be separated by commas")
            }
        }
    }

    /// The rest of a quoted value, up to and past its closing quote.
    private static func quoted(_ rest: inout String.UTF8View.SubSequence) throws(Problem) -> String {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
                default: throw Problem(text: "unknown escape in a label's value")
                }
            default: bytes.append(byte)
            }
        }
        throw Problem(text: "a label's value has no closing quote")
    }

    private static func skipSpaces(_ rest: inout String.UTF8View.SubSequence) {
        while rest.first == UInt8(ascii: " ") || rest.first == UInt8(ascii: "\t") { rest.removeFirst() }
    }

    private static func isNumber(_ text: String) -> Bool {
        ["+Inf", "-Inf", "Inf", "NaN"].contains(text) || Double(text) != nil
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                result += character == "n" ? "\n" : String(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}

import FoundationEssentials

/// The files of the project, as they lie in the work tree.
enum SourceTree {
    /// The directory with `Package.swift`.
    static let root: String = {
        let file = #filePath
        return String(file[..<(file.firstRange(of: "/Tests/TidyTests/")?.lowerBound ?? file.startIndex)])
    }()

    /// Paths, relative to the root, of files with one of these endings.
    static func files(endingIn endings: [String]) -> [String] {
        var files: [String] = []
        for top in ["Sources", "Tests", "deploy", "docs", ".ci"] {
            guard let entries = try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(top)") else { continue }
            for entry in entries where endings.contains(where: entry.hasSuffix) {
                if !entry.contains("__pycache__"), !entry.contains(".pytest_cache") { files.append("\(top)/\(entry)") }
            }
        }
        for name in ["Package.swift", "README.md", "CHANGELOG.md"] where endings.contains(where: name.hasSuffix) {
            files.append(name)
        }
        return files.sorted()
    }

    static func text(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    static func lines(_ path: String) -> [Substring] {
        text(path).split(separator: "\n", omittingEmptySubsequences: false)
    }
}

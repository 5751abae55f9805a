import FoundationEssentials
import Testing

/// The source checks itself.
@Suite struct TidyTests {
    /// Lines of a file at most.
    static let lineLimit = 450

    @Test("No source file is longer than the limit")
    func fileLength() {
        let files = SourceTree.files(endingIn: [".swift", ".py", ".c", ".h", ".cpp", ".sh"])
        #expect(files.count > 50, "the tree was not found at \(SourceTree.root)")
        for file in files {
            let count = SourceTree.lines(file).count
            #expect(count <= Self.lineLimit, "\(file) has \(count) lines: which wall does it want?")
        }
    }

    @Test("No type is called Manager, Helper or Utils: such a name says nothing")
    func names() throws {
        let keywords = ["class", "struct", "enum", "actor", "protocol", "typealias"]
        for file in SourceTree.files(endingIn: [".swift"]) {
            for line in SourceTree.lines(file) {
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
                for (keyword, name) in zip(words, words.dropFirst()) where keywords.contains(String(keyword)) {
                    let isEmptyWord = ["Manager", "Helper", "Helpers", "Utils", "Utilities"].contains {
                        name.hasSuffix($0)
                    }
                    #expect(!isEmptyWord, "\(file): \(name)")
                }
            }
        }
    }

    @Test("Nothing names a path of the machine it was written on, or a registry")
    func machinePaths() {
        // In pieces, so that this file passes its own test.
        let banned = [
            "/wo" + "rk/", "/ro" + "ot/", "/opt/" + "swift", "deb." + "debian", "files.python" + "hosted",
            "pypi" + ".org",
        ]
        for file in SourceTree.files(endingIn: [
            ".swift", ".py", ".sh", ".md", ".yaml", ".example", ".c", ".h", ".txt", "/run", "/test",
        ]) {
            for (number, line) in SourceTree.lines(file).enumerated() {
                for word in banned {
                    #expect(!line.contains(word), "\(file):\(number + 1) contains \(word)")
                }
            }
        }
    }

    @Test("Shared targets import nothing they may not: the direction of dependencies holds")
    func imports() {
        let allowed: [String: Set<String>] = [
            "Events": [], "Wire": ["CPlatform"], "ZeroMQ": ["CZeroMQ", "CPlatform"], "Journal": ["Wire", "CPlatform"],
            "Bus": ["Wire", "Events", "ZeroMQ", "CPlatform"], "Phone": ["CPhoneNumber"], "Twilio": ["Events"],
            "TwilioREST": ["Twilio", "Events"], "Hosting": ["Events"], "Directory": ["Events"],
            "TwilioHosting": ["TwilioREST", "Hosting"],
        ]
        let ours = Set(allowed.keys).union([
            "CPlatform", "CZeroMQ", "CPhoneNumber", "Broker", "Gateway", "Patchbay", "Bench", "SyncSvc",
            "ExtensionsSvc",
            "CRMBridgeSvc", "Sandbox",
        ])
        let shared = SourceTree.files(endingIn: [".swift"]).filter { $0.hasPrefix("Sources/Shared/") }
        for file in shared {
            let target = String(file.split(separator: "/")[2])
            for module in Self.imports(of: file) where ours.contains(module) && module != target {
                #expect(allowed[target]?.contains(module) == true, "\(file) imports \(module)")
            }
        }
    }

    @Test("Executables never import each other")
    func executables() {
        let executables = [
            "Broker", "Gateway", "Patchbay", "SyncSvc", "ExtensionsSvc", "CRMBridgeSvc", "Sandbox", "Bench",
        ]
        for file in SourceTree.files(endingIn: [".swift"]) where file.hasPrefix("Sources/") {
            let target = String(file.split(separator: "/")[1])
            for module in Self.imports(of: file) where executables.contains(module) {
                #expect(module == target, "\(file) imports \(module)")
            }
        }
    }

    @Test("Tests are written with Swift Testing and do not sleep")
    func testing() {
        let banned = ["import XCT" + "est", "Thread.sle" + "ep", "usle" + "ep("]
        for file in SourceTree.files(endingIn: [".swift"]) where file.hasPrefix("Tests/") {
            let text = SourceTree.text(file)
            for word in banned { #expect(!text.contains(word), "\(file) contains \(word)") }
        }
    }

    /// Modules that a file imports.
    private static func imports(of file: String) -> [String] {
        SourceTree.lines(file).compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count else { return nil }
            return words[index + 1].split(separator: ".").first.map(String.init)
        }
    }
}

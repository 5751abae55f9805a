import FoundationEssentials
import Hosting
import Testing

@testable import Patchbay

/// What becomes of a configuration that an earlier `patchbay up` has made.
@Suite struct GeneratedFileTests {
    private func withConfiguration(_ body: (DevelopmentConfiguration) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: url) }
        let made = DevelopmentConfiguration(stateDirectory: url.path())
        #expect(try made.prepare() == .made)
        try body(made)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try PrivateFile.read(path, limit: 1 << 20), as: UTF8.self)
    }

    /// The file as the first version made it: without stamp, panel and CRM.
    private func firstForm(_ text: String) -> String {
        var lines: [Substring] = []
        var skipped: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2) {
            let indent = line.prefix { $0 == " " }.count
            if let depth = skipped {
                if line.isEmpty || indent > depth { continue }
                skipped = nil
            }
            if ["crm:", "  panel:", "      agents:", "  dataverse:"].contains(line) {
                skipped = indent
            } else if !line.contains("crm_token_file"), !line.contains("panel_url") {
                lines.append(line)
            }
        }
        return "# Made by 'patchbay up' for trying things out on this machine.\n" + lines.joined(separator: "\n")
    }

    @Test("An untouched file of the first version is written anew, with the same accounts and the old one beside it")
    func renewed() throws {
        try withConfiguration { made in
            let now = try text(made.configPath)
            let first = firstForm(now)
            #expect(!first.contains("crm:") && GeneratedFile(first).version == 1)
            try PrivateFile.write(first, to: made.configPath)
            #expect(try made.prepare() == .renewed(earlier: made.configPath + ".1"))
            #expect(try text(made.configPath) == now)
            #expect(try text(made.configPath + ".1") == first)
            #expect(try made.prepare() == .kept)
        }
    }

    @Test("An edited file is left as it is, and what it lacks is named")
    func edited() throws {
        try withConfiguration { made in
            let first = firstForm(try text(made.configPath)).replacing("port: 8080", with: "port: 9090")
            try PrivateFile.write(first, to: made.configPath)
            guard case .lacking(let parts) = try made.prepare() else {
                Issue.record("it was not found to be edited")
                return
            }
            for part in ["crm", "gateway.panel", "sandbox.crm_token_file"] { #expect(parts.contains(part)) }
            #expect(!parts.contains { $0.hasPrefix("crm.") })
            #expect(try text(made.configPath) == first)
        }
    }

    @Test("A stamp tells an edit of anything behind it")
    func stamp() throws {
        let made = GeneratedFile.stamped("a:\n  b: 1\n", title: "Made", version: 7)
        let other = GeneratedFile("")
        #expect(GeneratedFile(made).version == 7 && GeneratedFile(made).isUntouched(next: other))
        #expect(!GeneratedFile(made + "# mine\n").isUntouched(next: other))
        #expect(!GeneratedFile(made.replacing("b: 1", with: "b: 2")).isUntouched(next: other))
    }

    @Test("Values have dotted names, items of lists their number")
    func values() {
        let file = GeneratedFile(
            "a:\n  b: 1 # one\n  # c: 2\n  list:\n    - name: x\n      y: 2\n    - name: z\nd: [1, 2]\n")
        #expect(
            file.values == [
                "a.b": "1 # one", "a.list.0.name": "x", "a.list.0.y": "2", "a.list.1.name": "z", "d": "[1, 2]",
            ])
    }
}

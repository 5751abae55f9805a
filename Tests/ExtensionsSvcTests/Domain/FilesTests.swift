import Directory
import Events
import TestSupport
import Testing

@testable import ExtensionsSvc

@Suite struct FilesTests {
    private static let names = [
        "Ana", "=1+1", "+34", "-x", "@y", "'z", "''=q", "a,b", "a;b", "say \"hi\"", "Ñandú & Söhne", "<b>", "😀", "\"",
        "x y", "a;=1+1", "a;'b", "a;;+1", ";", "a; =1",
    ]

    private static func target(_ random: inout SeededGenerator) -> DirectoryTarget {
        let name = names.randomElement(using: &random) ?? "Ana"
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .worker(sid: Samples.worker(Int.random(in: 1...1_000, using: &random)), name: name)
        case 1: return .queue(name: name)
        default: return .number("+3491234\(Int.random(in: 1000...9999, using: &random))")
        }
    }

    @Test("What is exported is imported to the same directory", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rules = DirectoryRules(digits: 3...4, isWorkerUnique: false)
        let contents = (0..<20).map { index -> ExtensionRecord.Content in
            let target = Self.target(&random)
            let fallback = Bool.random(using: &random) ? Self.target(&random) : nil
            return .init(
                number: "0\(100 + index)", target: target,
                spokenName: Self.names.randomElement(using: &random) ?? "Ana",
                fallback: fallback?.reaches == target.reaches ? nil : fallback,
                validUntil: Bool.random(using: &random) ? Samples.noon : nil,
                team: Bool.random(using: &random) ? "care, \"west\"" : nil)
        }
        let csv = CSVFile.header + contents.map(CSVFile.line).joined()
        let json = JSONValue.array(contents.map { .object($0.json) }).bytes
        for rows in [try CSVFile.rows(Array(csv.utf8)), try JSONFile.rows(json)] {
            let plan = ImportPlan(
                rows, mode: .replace, isPartial: false, draft: Draft(), rules: rules, stamp: Samples.stamp,
                using: &random)
            #expect(!plan.isRefused, "seed \(seed): \(plan.rows.filter { !$0.problems.isEmpty })")
            #expect(plan.changes.compactMap { $0.after?.content } == contents, "seed \(seed)")
        }
    }

    @Test("No cell that is exported begins like a formula")
    func formulas() {
        for name in Self.names {
            let cell = CellText.guarded(name)
            let starts = cell.split(separator: ";", omittingEmptySubsequences: false).map { $0.prefix(1) }
            #expect(!starts.contains { ["=", "+", "-", "@"].contains($0) }, "\(cell)")
            #expect(CellText.unguarded(cell) == name)
        }
    }

    @Test("Bytes of any kind are read or refused, never a crash", arguments: 0..<300)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = Array("extension,queue;\t\"\r\n 0123'=é\u{FEFF}".utf8) + [0, 255]
        var bytes = Bool.random(using: &random) ? Array("extension,queue,spoken_name\n".utf8) : []
        for _ in 0..<Int.random(in: 0...200, using: &random) {
            bytes.append(alphabet.randomElement(using: &random) ?? 44)
        }
        let rows = try? CSVFile.rows(bytes)
        let json = try? JSONFile.rows(bytes)
        for row in (rows ?? []) + (json ?? []) { _ = row.input(over: nil) }
    }

    @Test("A row that would make memory explode is refused")
    func wide() {
        let bytes = Array("extension\n".utf8) + [UInt8](repeating: 44, count: 100_000)
        #expect(throws: ImportFailure.self) { try CSVFile.rows(bytes) }
    }
}

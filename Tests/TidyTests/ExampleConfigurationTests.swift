import FoundationEssentials
import Subprocess
import SystemPackage
import Testing

/// The shipped example is read by the services themselves, so that it cannot rot.
@Suite(.timeLimit(.minutes(1))) struct ExampleConfigurationTests {
    static let example = "\(SourceTree.root)/deploy/config/patchbay.yaml.example"

    /// Where the executables of this build are: beside the tests.
    static let directory: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])
    }()

    /// Services built so far; none when this target was built alone.
    static let services = ["broker", "gateway", "extensions", "sync", "crm", "sandbox"].filter {
        FileManager.default.isExecutableFile(atPath: "\(directory)/patchbay-\($0)")
    }

    private func ask(_ service: String, _ question: String, file: String) async throws -> (code: String, text: String) {
        let environment = Environment.inherit.updating([
            // Instead of the file that the example names, which is not there.
            "PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN": "test", "PATCHBAY_CONFIG": nil,
        ])
        let result = try await Subprocess.run(
            .path(FilePath("\(Self.directory)/patchbay-\(service)")), arguments: [question, "--config", file],
            environment: environment, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return ("\(result.terminationStatus)", result.standardOutput + result.standardError)
    }

    @Test("Each service takes the example as it is", arguments: services)
    func accepted(service: String) async throws {
        let (code, text) = try await ask(service, "--check-config", file: Self.example)
        #expect(text == "configuration ok\n", "\(service): \(code) \(text)")
    }

    @Test("Each key that a service reads stands in the example", arguments: services)
    func complete(service: String) async throws {
        let (_, text) = try await ask(service, "--show-config", file: Self.example)
        let names = Set(
            SourceTree.lines("deploy/config/patchbay.yaml.example").compactMap { line in
                line.split(separator: ":").first.map { $0.filter { $0 != " " && $0 != "#" } }
            })
        let keys = text.split(separator: "\n").compactMap { $0.split(separator: ":").first }
        #expect(keys.count > 3, "\(text)")
        for key in keys {
            let name = key.split(separator: ".").last.map(String.init) ?? ""
            // A secret is there by the file that holds it.
            #expect(names.contains(name) || names.contains(name + "_file"), "\(service): \(key) is not in the example")
        }
    }
}

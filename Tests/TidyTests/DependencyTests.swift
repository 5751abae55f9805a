import FoundationEssentials
import Subprocess
import SystemPackage
import Testing

/// What the package draws in, as SwiftPM tells it.
@Suite(.timeLimit(.minutes(5))) struct DependencyTests {
    private struct Package: Decodable {
        let identity: String
        let name: String
        let url: String
        let dependencies: [Package]

        var all: [Package] { [self] + dependencies.flatMap(\.all) }
    }

    /// The graph, resolved as `Package.swift` says, in a copy: SwiftPM lets only one process into a build directory.
    private func graph() async throws -> [Package] {
        let files = FileManager.default
        let copy = files.temporaryDirectory.appending(path: "patchbay-dependencies-\(UInt64.random(in: 0 ... .max))")
        defer { try? files.removeItem(at: copy) }
        try files.createDirectory(at: copy, withIntermediateDirectories: true)
        for name in ["Package.swift", "Package.resolved", "Sources", "Tests"]
        where files.fileExists(atPath: "\(SourceTree.root)/\(name)") {
            try files.createSymbolicLink(
                atPath: copy.appending(path: name).path(), withDestinationPath: "\(SourceTree.root)/\(name)")
        }
        let result = try await Subprocess.run(
            .name("swift"), arguments: ["package", "show-dependencies", "--format", "json"],
            workingDirectory: FilePath(copy.path()), output: .string(limit: 4 << 20), error: .string(limit: 1 << 20))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        // Messages may stand before the document.
        let text = result.standardOutput
        let json = text[(text.firstIndex(of: "{") ?? text.startIndex)...]
        return try JSONDecoder().decode(Package.self, from: Data(json.utf8)).all
    }

    @Test("No gRPC, not even through others")
    func noGRPC() async throws {
        let packages = try await graph()
        #expect(packages.count > 10)
        for package in packages {
            let text = "\(package.identity) \(package.name) \(package.url)".lowercased()
            #expect(!text.contains("grpc"), "\(package.url)")
        }
    }
}

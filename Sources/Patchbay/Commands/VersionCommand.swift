import ArgumentParser
import Hosting

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.")

    func run() throws {
        print("patchbay \(BuildInfo.version)")
    }
}

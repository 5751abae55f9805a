import ArgumentParser
import Events

extension ExtensionsCommand {
    struct Transfer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Carry the directory from and to the provider, for those who stay on its Functions.",
            discussion: """
                sync-import reads the sample's Sync map into the draft; sync-export writes what is published into it;
                asset-publish deploys it as the asset, beside everything else that is deployed; asset-status says how far
                that is.
                """)

        enum Action: String, ExpressibleByArgument, CaseIterable, Sendable {
            case syncImport = "sync-import"
            case syncExport = "sync-export"
            case assetPublish = "asset-publish"
            case assetStatus = "asset-status"
        }

        @Argument(help: "sync-import, sync-export, asset-publish or asset-status.") var action: Action
        @Flag(help: "Only say what would happen.") var dryRun = false
        @Flag(help: "Delete what the other side does not have.") var replace = false
        @Flag(help: "Import the other rows when some are refused.") var partial = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let request = JSONObject([
                ("action", .string(action.rawValue)), ("dryRun", .bool(dryRun)), ("replace", .bool(replace)),
                ("partial", .bool(partial)), ("actor", DirectoryQuestion.actor),
            ])
            guard let answer = try await context.ask("extensions.transfer", request) else { return }
            guard let asset = answer["asset"] else {
                for line in DirectoryText.report(answer) { try context.console.put(line) }
                if (answer["counts"]?["refused"]?.integer ?? 0) > 0, !partial { throw ArgumentParser.ExitCode(1) }
                return
            }
            let detail = asset["error"]?.string ?? asset["build"]?.string ?? ""
            try context.console.put(
                "version \(asset["version"]?.integer ?? 0): \(asset["state"]?.string ?? "") \(detail)")
        }
    }
}

import ArgumentParser
import Events
import Hosting
import TwilioREST

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at what lies outside of Patchbay and must fit it.",
        discussion: """
              patchbay doctor extensions
              patchbay doctor dynamics

            Exit codes: 0 in order, 1 something does not work, 69 the provider does not answer, 78 configuration.
            """,
        subcommands: [Extensions.self, Dynamics.self])

    struct Extensions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Does the workflow bring a dialled extension to its agent?",
            discussion: "Reads the workflow sync.sides.flex.workflow_sid in the workspace of that side.")
        @Option(help: "Another workflow, WW…") var workflow: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let setup = try WorkflowSource(context.source, workflow: workflow)
            let found = try await setup.read()
            try context.console.put("Workflow '\(found.friendlyName)' (\(found.sid.text))")
            let findings = WorkflowCheck.findings(found.configuration)
            for finding in findings { try DoctorCommand.put(finding, context.console) }
            if findings.contains(where: { $0.level == .problem }) { throw ArgumentParser.ExitCode(1) }
        }
    }

    struct Dynamics: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Do Dynamics 365, its channel and this configuration fit together?",
            discussion: """
                Asks for a token, reads one row of each table, the model, the channel providers, and looks at the Gateway's \
                page as browsers get it. It changes nothing.
                """)
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let target = try context.source.peek(DynamicsTarget.init(reader:))
            guard !target.organization.isEmpty, !target.tenant.isEmpty, !target.clientID.isEmpty else {
                throw CommandFailure(
                    "crm.dynamics needs organization, tenant and client_id.", .configuration)
            }
            guard target.clientSecret != nil else {
                throw CommandFailure("crm.dynamics.client_secret_file is not set.", .configuration)
            }
            let transport = HTTPTransport(configuration: TwilioConfiguration())
            let facts = await DynamicsProbe(target: target, transport: transport).facts()
            await transport.shutdown()
            let findings = DynamicsCheck.findings(target, facts)
            for finding in findings { try DoctorCommand.put(finding, context.console) }
            guard !findings.contains(where: { $0.level == .problem }) else {
                let isSilent = facts.token.status == nil
                throw ArgumentParser.ExitCode(isSilent ? 69 : 1)
            }
        }
    }

    private static func put(_ finding: Finding, _ console: Console) throws {
        let style = console.output.style
        let mark =
            switch finding.level {
            case .ok: style.paint("ok     ", .green)
            case .warning: style.paint("warning", .yellow)
            case .problem: style.paint("problem", .red)
            }
        try console.put("\(mark)  \(finding.text)")
        if !finding.remedy.isEmpty { try console.put("         \(finding.remedy)") }
    }
}

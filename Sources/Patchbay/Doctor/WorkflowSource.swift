import Events
import Hosting
import TwilioREST

/// Where the workflow of the flex side is read from, by the configuration.
struct WorkflowSource: Sendable {
    private let workspace: WorkspaceSID
    private let workflow: WorkflowSID
    private let setup: RouteSetup
    private let project: String

    /// - Throws: ``CommandFailure`` with code 78, naming what is missing.
    init(_ source: SettingsSource, workflow given: String?) throws {
        do { setup = try RouteSetup(source) } catch { throw CommandFailure(error) }
        let side = try source.peek { reader in
            let flex = reader.section("sync").section("sides").section("flex")
            return (
                project: flex.string("project", default: ""), workspace: flex.string("workspace_sid", default: ""),
                workflow: flex.string("workflow_sid", default: "")
            )
        }
        guard let workspace = try? WorkspaceSID(side.workspace) else {
            throw CommandFailure("sync.sides.flex.workspace_sid is not configured.", .configuration)
        }
        guard let workflow = try? WorkflowSID(given ?? side.workflow) else {
            throw CommandFailure(
                "Name the workflow: --workflow WW…, or sync.sides.flex.workflow_sid.", .configuration)
        }
        self.workspace = workspace
        self.workflow = workflow
        project = side.project
    }

    /// Asks the provider.
    func read() async throws -> TaskRouterWorkflow {
        guard let client = setup.store.clients[project] else {
            throw CommandFailure("gateway.projects.\(project) needs account_sid and auth_token.", .configuration)
        }
        do {
            let found = try await client.taskRouter(workspace).workflow(workflow)
            await setup.transport.shutdown()
            return found
        } catch {
            await setup.transport.shutdown()
            throw RouteFailure.failure(error)
        }
    }
}

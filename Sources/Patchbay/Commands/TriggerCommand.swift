import ArgumentParser
import AsyncHTTPClient
import Events
import Glibc
import Hosting
import NIOCore
import NIOHTTP1
import Twilio

struct TriggerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Send a realistic, signed webhook to the Gateway.",
        discussion: """
            Each webhook is of a contact of its own, made from a seed: the same seed gives the same identifiers.

              patchbay trigger task.reserved
              patchbay trigger message.added --count 100
              patchbay trigger message.added --family chat
              patchbay trigger reservation.accepted --seed 7
              patchbay trigger --repeat-last            the same ids again: stored once
              patchbay trigger task.reserved --bad-signature        answered with 403
              patchbay trigger --list

            Exit codes: 0 every webhook was taken (204), 1 one was refused, 69 no Gateway answers, 75 the Gateway
            cannot store it now (503).
            """)

    @Argument(help: "A topic (task.reserved) or the provider's name (reservation.created). See --list.")
    var event: String?
    @Option(help: "taskrouter, conversations, chat or voice, where a name exists in two.")
    var family: String?
    @Option(help: "The project it comes from. Default: the first one configured.")
    var project: String?
    @Option(help: "How many, each of another contact.")
    var count = 1
    @Option(help: "Decides all identifiers. Default: a new one.")
    var seed: UInt64?
    @Flag(help: "Send what was sent last once more.")
    var repeatLast = false
    @Flag(help: "Sign with another token.")
    var badSignature = false
    @Option(help: "Where the Gateway is. Default: as configured.")
    var gateway: String?
    @Flag(help: "List what can be sent.")
    var list = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard list || repeatLast || event != nil else {
            throw ValidationError("Say what to send, such as task.reserved; --list shows everything.")
        }
        if repeatLast, event != nil { throw ValidationError("--repeat-last sends what was sent last, nothing else.") }
        guard (1...TriggerPlan.countLimit).contains(count) else {
            throw ValidationError("--count takes 1 to \(TriggerPlan.countLimit).")
        }
    }

    func run() async throws {
        let context = try CommandContext(common)
        if list {
            for line in TriggerPlan.catalogue() { try context.console.put(line) }
            return
        }
        let address = try checked { try context.source.peek(GatewayAddress.init(reader:)) }
        let store = LastTrigger(stateDirectory: context.common.stateDirectory)
        let plan = try repeatLast ? store.load() : makePlan(address)
        let (sender, token) = try credentials(plan.project, address)
        guard plan.webhook(0, accountSID: sender.accountSID) != nil else {
            throw CommandFailure("No provider sends '\(plan.event)'. See patchbay trigger --list.", .usage)
        }
        if !repeatLast { try store.save(plan) }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        do {
            try await send(plan, sender, token, address, client, context.console)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func makePlan(_ address: GatewayAddress) throws -> TriggerPlan {
        guard let name = project ?? address.projects.first?.name else {
            throw CommandFailure(
                "No project is configured (gateway.projects).\n"
                    + "'patchbay up' makes one when there is no configuration file.", .configuration)
        }
        return TriggerPlan(
            event: event ?? "", family: family, project: name, seed: seed ?? .random(in: 0...UInt64(UInt32.max)),
            count: count, time: SystemTime.unixNanoseconds())
    }

    private func credentials(_ name: String, _ address: GatewayAddress) throws -> (GatewayAddress.Project, String) {
        guard let project = address.projects.first(where: { $0.name == name }) else {
            let known = address.projects.isEmpty ? "none" : address.projects.map(\.name).joined(separator: ", ")
            throw CommandFailure("There is no project '\(name)'. Configured: \(known).", .usage)
        }
        guard let token = project.authToken?.reveal(), !token.isEmpty else {
            throw CommandFailure("The project '\(name)' has no auth token this user can read.", .configuration)
        }
        return (project, token)
    }

    private func send(
        _ plan: TriggerPlan, _ sender: GatewayAddress.Project, _ token: String, _ address: GatewayAddress,
        _ client: HTTPClient, _ console: Console
    ) async throws {
        let style = console.output.style
        var refused: [UInt: Int] = [:]
        for index in 0..<plan.count {
            guard let fixture = plan.webhook(index, accountSID: sender.accountSID) else { continue }
            let request = try SignedRequest(
                fixture, project: plan.project, publicURL: address.publicURL, token: token, isForged: badSignature)
            let (status, reason) = try await post(request, to: gateway ?? address.local, client)
            let isTaken = (200..<300).contains(status)
            if !isTaken { refused[status, default: 0] += 1 }
            let id = "\(request.topic)  id \(request.eventID)  key \(request.key)"
            try console.put("\(style.paint("\(status)", isTaken ? .green : .red))  \(id)")
            if !isTaken { try console.put("     " + DisplayText.harmless(reason)) }
        }
        guard !refused.isEmpty else {
            return console.say("See it: patchbay tap --from last:\(min(plan.count, 20)) --no-follow")
        }
        let counts = refused.sorted { $0.key < $1.key }.map { "\($0.value) with \($0.key)" }
        let isTemporary = refused.keys.allSatisfy { $0 == 503 || $0 == 429 }
        throw CommandFailure(
            "\(refused.values.reduce(0, +)) of \(plan.count) refused: \(counts.joined(separator: ", ")).",
            isTemporary ? .temporary : .failure)
    }

    private func post(
        _ signed: SignedRequest, to base: String, _ client: HTTPClient
    ) async throws -> (status: UInt, reason: String) {
        var request = HTTPClientRequest(url: base + signed.path)
        request.method = .POST
        for (name, value) in signed.headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: signed.body))
        do {
            let response = try await client.execute(request, timeout: .seconds(20))
            let body = try await response.body.collect(upTo: 65_536)
            return (response.status.code, Self.reason(String(buffer: body)))
        } catch {
            throw CommandFailure("No Gateway answers at \(base): \(error).\nStart it with 'patchbay up'.", .unavailable)
        }
    }

    /// Title and detail of a problem document.
    private static func reason(_ body: String) -> String {
        guard let problem = try? JSONValue(parsing: Array(body.utf8)) else { return String(body.prefix(200)) }
        return [problem["title"]?.string, problem["detail"]?.string].compactMap { $0 }.joined(separator: ": ")
    }

    private func checked<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw CommandFailure(error) }
    }
}

import ArgumentParser
import Bus
import Events
import FoundationEssentials
import Wire

struct GroupsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups", abstract: "Show the groups and how far behind they are.",
        discussion: """
            lag: matching events it has still to read (at most 10000 are counted). pending: handed out, no answer yet. parked: held back behind a busy key. dead: given up, kept
            for you (patchbay dead). stalled: why nothing, or nothing of some keys, is handed out.

              patchbay groups
              patchbay groups --format json | jq '.[] | select(.dead_letters > 0) | .group'
              patchbay groups delete demo
            """,
        subcommands: [List.self, Delete.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all groups.")

        @Option(help: "table or json.")
        var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let found = try await context.withBus { bus in
                let groups = try await bus.admin(AdminRequest(.groups), as: [GroupInfo].self)
                return (groups, try await GroupsCommand.lags(of: groups, bus))
            }
            guard let (groups, lags) = found else { return }
            let console = context.console
            guard format == .table else { return try console.put(try GroupsCommand.json(groups, lags)) }
            if groups.isEmpty { return console.say("No groups. 'patchbay consume --group NAME …' makes one.") }
            let table = GroupsCommand.table(groups, lags)
            for line in table.lines(width: console.output.width, style: console.output.style) { try console.put(line) }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a group with its cursor and its dead letters.",
            discussion: "Refused while it has members: stop them first.")

        @Argument(help: "Name of the group.")
        var group: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            _ = try await context.withBus { bus in
                try await bus.admin(AdminRequest(.groupDelete, group: group), as: AdminJSON.Anything.self)
            }
            context.console.say("Deleted the group \(group).")
        }
    }

    private static func lags(of groups: [GroupInfo], _ bus: BusConnection) async throws -> [String: GroupLag] {
        let first = try await bus.admin(AdminRequest(.info), as: BrokerInfo.self).first
        var lags: [String: GroupLag] = [:]
        for group in groups {
            lags[group.group] = try await GroupLag.count(group, first: first) { request in
                let page = try await bus.read(request)
                return (page.records.count, page.next, page.end)
            }
        }
        return lags
    }

    /// The Broker's document with a `lag` in each group.
    static func json(_ groups: [GroupInfo], _ lags: [String: GroupLag]) throws -> String {
        let documents = try groups.map { group in
            var object = try JSONValue(parsing: Array(try AdminJSON.text(group).utf8)).object ?? JSONObject()
            object["lag"] = .number(JSONNumber(lags[group.group]?.count ?? 0))
            return JSONValue.object(object)
        }
        return JSONValue.array(documents).description
    }

    static func table(_ groups: [GroupInfo], _ lags: [String: GroupLag]) -> TextTable {
        var table = TextTable([
            .init(title: "GROUP", shrinksTo: 12), .init(title: "LAG", isRight: true),
            .init(title: "PENDING", isRight: true), .init(title: "PARKED", isRight: true),
            .init(title: "DEAD", isRight: true), .init(title: "MEMBERS", isRight: true),
            .init(title: "FILTERS", shrinksTo: 8),
            .init(title: "STALLED", shrinksTo: 8),
        ])
        let mask = Mask()
        for group in groups.sorted(by: { $0.group < $1.group }) {
            table.add([
                group.group, lags[group.group]?.text ?? "?", String(group.ackPending),
                String(group.parked), String(group.deadLetters), String(group.members.count),
                group.config.filters.joined(separator: " "), group.stalled.map(mask.masked) ?? "",
            ])
        }
        return table
    }
}

/// Admin documents as the Broker writes them.
enum AdminJSON {
    /// An answer that is not looked at.
    struct Anything: Decodable, Sendable {
        init(from decoder: any Decoder) throws {}
    }

    /// The document on one line, with the keys of the protocol.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

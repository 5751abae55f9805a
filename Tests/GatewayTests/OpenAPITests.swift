import Events
import HTTPTypes
import Hosting
import Testing

@testable import Gateway

@Suite("The OpenAPI document")
struct OpenAPITests {
    private func document() throws -> JSONValue {
        try JSONValue(parsing: FileBytes.read(path: TestGateway.web + "/openapi.json", limit: 1 << 20))
    }

    /// Operations as `METHOD /path`, with what the document says about each.
    private func operations() throws -> [String: JSONValue] {
        var operations: [String: JSONValue] = [:]
        for path in try document()["paths"]?.object?.members ?? [] {
            for method in path.value.object?.members ?? [] {
                operations["\(method.name.uppercased()) \(path.name)"] = method.value
            }
        }
        return operations
    }

    @Test("Document and routes agree: every route is there with its role and body, and nothing else is")
    func agreesWithRoutes() throws {
        let operations = try operations()
        for route in ApiRoute.all {
            let name = "\(route.method) \(route.path)"
            let operation = try #require(operations[name], "\(name) is not in the document")
            #expect(operation["x-role"]?.string == route.role.rawValue, "\(name)")
            #expect(operation["security"] == [["token": []]], "\(name)")
            let types = operation["requestBody"]?["content"]?.object?.members.map(\.name) ?? []
            switch route.body {
            case .none: #expect(types.isEmpty, "\(name)")
            case .json: #expect(types == ["application/json"], "\(name)")
            case .file: #expect(types == ["text/csv", "application/json"], "\(name)")
            }
            for status in ["401", "403", "503"] { #expect(operation["responses"]?[status] != nil, "\(name)") }
        }
        for route in SampleRoute.allCases {
            #expect(operations["POST \(route.rawValue)"]?["x-role"]?.string == route.role.rawValue)
        }
        var others = Set(operations.keys).subtracting(ApiRoute.all.map { "\($0.method) \($0.path)" })
        others.subtract(SampleRoute.allCases.map { "POST \($0.rawValue)" })
        others.subtract(LookupHandler.Route.allCases.map { "POST \($0.rawValue)" })
        others.subtract(StudioRoute.samples.map { "POST \($0.rawValue)" })
        #expect(others == ["GET /v1/auth", "GET /v1/panel/config", "GET /openapi.json"])
    }

    @Test("Operation ids are unique, and path parameters are declared")
    func isConsistent() throws {
        let operations = try operations()
        let ids = operations.values.compactMap { $0["operationId"]?.string }
        #expect(Set(ids).count == operations.count)
        for (name, operation) in operations {
            for part in name.split(separator: "/") where part.hasPrefix("{") {
                let reference = "#/components/parameters/\(part.dropFirst().dropLast())"
                let isDeclared = operation["parameters"]?.array?.contains { $0["$ref"]?.string == reference }
                #expect(isDeclared == true, "\(name)")
            }
        }
    }
}

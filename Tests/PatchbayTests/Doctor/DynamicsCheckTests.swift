import Events
import Testing

@testable import Patchbay

@Suite("Doctor: Dynamics")
struct DynamicsCheckTests {
    private var target: DynamicsTarget {
        var target = DynamicsTarget()
        target.connector = "dynamics"
        target.organization = "https://contoso.crm4.dynamics.com"
        target.authority = "https://login.test"
        target.tenant = "contoso"
        target.clientID = "app"
        target.contactColumns = ["telephone1"]
        target.caseColumns = ["ticketnumber"]
        target.publicURL = "https://bus.example.com"
        target.cifOrigins = ["https://contoso.crm4.dynamics.com"]
        return target
    }

    private var good: DynamicsFacts {
        var facts = DynamicsFacts()
        facts.token = .status(200, body: .null)
        facts.whoAmI = .status(200, body: [:])
        facts.columns = ["contact": ["telephone1"], "incident": ["ticketnumber"]]
        facts.reads = [("contacts", .status(200, body: [:]))]
        facts.page = DynamicsFacts.Page(
            status: 200,
            policy: "default-src 'self'; script-src 'self' https://contoso.crm4.dynamics.com; "
                + "frame-ancestors 'self' https://contoso.crm4.dynamics.com")
        facts.providers = .status(
            200,
            body: [
                "value": [
                    [
                        "msdyn_channelurl": "https://bus.example.com/panel/cif?x=1",
                        "msdyn_trusteddomain": "https://bus.example.com", "msdyn_apiversion": 162_450_000,
                        "msdyn_enableoutbound": true,
                    ]
                ]
            ])
        return facts
    }

    @Test("What fits together is in order")
    func inOrder() {
        #expect(DynamicsCheck.findings(target, good).allSatisfy { $0.level == .ok })
    }

    private struct Fault {
        let text: String
        let change: (inout DynamicsTarget, inout DynamicsFacts) -> Void

        init(_ text: String, _ change: @escaping (inout DynamicsTarget, inout DynamicsFacts) -> Void) {
            self.text = text
            self.change = change
        }
    }

    private var faults: [Fault] {
        let refusal: JSONValue = ["error": ["message": "Ana is missing prvReadContact privilege"]]
        let distrust: JSONValue = [
            "value": [
                [
                    "msdyn_channelurl": "https://bus.example.com/panel/cif",
                    "msdyn_trusteddomain": "https://old.example.com",
                ]
            ]
        ]
        let organization = "https://contoso.crm4.dynamics.com"
        return [
            Fault("gives no token") { _, facts in facts.token = .status(401, body: ["error": "invalid_client"]) },
            Fault("does not answer") { _, facts in facts.token = .nothing(reason: "no connection") },
            Fault("nobody it knows") { _, facts in facts.whoAmI = .status(401, body: .null) },
            Fault("no column telephone1") { _, facts in facts.columns = ["contact": [], "incident": ["ticketnumber"]] },
            Fault("prvReadContact is missing") { _, facts in facts.reads = [("contacts", .status(403, body: refusal))]
            },
            Fault("frame-ancestors does not name it") { _, facts in facts.page.policy = "script-src \(organization)" },
            Fault("script-src does not name it") { _, facts in facts.page.policy = "frame-ancestors \(organization)" },
            Fault("X-Frame-Options") { _, facts in facts.page.frameOptions = "DENY" },
            Fault("answers 404") { _, facts in facts.page.status = 404 },
            Fault("cif_origins does not have") { target, _ in target.cifOrigins = ["https://other.example"] },
            Fault("None of the 0 channel providers") { _, facts in
                facts.providers = .status(200, body: ["value": []])
            },
            Fault("trusts another domain") { _, facts in facts.providers = .status(200, body: distrust) },
        ]
    }

    @Test("Each thing that breaks it is named, with a remedy and without what an answer says about people")
    func broken() {
        for fault in faults {
            var (target, facts) = (target, good)
            fault.change(&target, &facts)
            let text = fault.text
            let problems = DynamicsCheck.findings(target, facts).filter { $0.level == .problem }
            #expect(problems.contains { $0.text.contains(text) }, "\(text): \(problems.map(\.text))")
            #expect(problems.allSatisfy { !$0.remedy.isEmpty && !$0.text.contains("Ana") })
        }
    }

    @Test("The model's columns are read table by table")
    func columns() {
        let document = """
            <EntityType Name="contact"><Property Name="telephone1" Type="Edm.String"/></EntityType>
            <EntityType Name="lead"><Property Name="x" Type="Edm.String"/></EntityType>
            """
        #expect(DynamicsProbe.columns(document) == ["contact": ["telephone1"]])
        #expect(DynamicsProbe.columns("<html>") == nil)
    }
}

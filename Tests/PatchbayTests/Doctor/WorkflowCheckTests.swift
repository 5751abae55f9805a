import Testing

@testable import Patchbay

@Suite("Doctor: workflow")
struct WorkflowCheckTests {
    private let good = """
        {"task_routing":{"filters":[{"filter_friendly_name":"Extension","expression":"extension != null","targets":[
        {"queue":"WQ1","known_worker_sid":"task.workerSID","timeout":20,"skip_if":"workers.available == 0"},
        {"queue":"WQ1","known_worker_sid":"task.fallbackWorkerSID","timeout":20}]}],"default_filter":{"queue":"WQ1"}}}
        """

    private func problems(_ text: String) -> [String] {
        WorkflowCheck.findings(text).filter { $0.level == .problem }.map(\.text)
    }

    @Test("A workflow as deploy/twilio describes it is in order")
    func inOrder() {
        #expect(WorkflowCheck.findings(good).allSatisfy { $0.level == .ok })
    }

    @Test(
        "What breaks a dialled extension is found",
        arguments: [
            ("\"known_worker_sid\":\"task.workerSID\",", "", "No target has known_worker_sid"),
            ("\"timeout\":20,\"skip_if\"", "\"skip_if\"", "has no timeout"),
            (",\"default_filter\":{\"queue\":\"WQ1\"}", "", "Nothing follows"),
            (
                "\"filters\":[",
                "\"filters\":[{\"filter_friendly_name\":\"All\",\"expression\":\"1==1\",\"targets\":[]},",
                "takes every task before"
            ),
            ("task_routing", "routing", "no JSON with task_routing"),
        ])
    func broken(find: String, put: String, says: String) {
        let text = good.replacing(find, with: put)
        #expect(text != good)
        #expect(problems(text).count == 1)
        #expect(problems(text).first?.contains(says) == true)
    }

    @Test("What only makes callers wait is a warning")
    func slow() {
        let text = good.replacing(",\"skip_if\":\"workers.available == 0\"", with: "")
        #expect(problems(text).isEmpty)
        #expect(WorkflowCheck.findings(text).contains { $0.level == .warning })
    }
}

import Glibc
import Testing
import Wire

@testable import Broker

/// Random interleavings of programs, a slow disk and power cuts, from seeds.
///
/// `SIM_SEED=n` runs that seed alone, `SIM_SEEDS=n` runs so many. Dictionaries iterate in another order in each process:
/// set `SWIFT_DETERMINISTIC_HASHING=1` as well to run a failure again exactly.
@Suite struct SimulationTests {
    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }

    static let seeds: [UInt64] =
        number("SIM_SEED").map { [$0] } ?? Array(1...(number("SIM_SEEDS") ?? 40))

    @Test("whatever happens, every promise holds", arguments: seeds)
    func promises(seed: UInt64) {
        let simulation = Simulation(seed: seed)
        let violations = simulation.run(steps: 400)
        #expect(
            violations.isEmpty,
            """
            SIM_SEED=\(seed) SWIFT_DETERMINISTIC_HASHING=1
            \(violations.joined(separator: "\n"))
            --- before:
            \(simulation.trace.joined(separator: "\n"))
            """)
    }

    @Test("a Broker that breaks a promise is caught", arguments: Harness.Fault.allCases)
    func negativeControl(fault: Harness.Fault) {
        let isCaught = (1...20).contains { !Simulation(seed: $0, fault: fault).run(steps: 400).isEmpty }
        #expect(isCaught, "nobody noticed \(fault)")
    }

    @Test("the simulation does what it is for: it settles, gives up, retries, restarts")
    func coverage() {
        var letters = 0
        var settled = 0
        for seed: UInt64 in 1...5 {
            let simulation = Simulation(seed: seed)
            _ = simulation.run(steps: 400)
            for batch in simulation.harness.log.disk {
                batch.forEach { _, record in
                    if record.kind == .settlement { settled += 1 }
                    if record.kind == .deadLetter { letters += 1 }
                }
            }
        }
        #expect(settled > 100)
        #expect(letters > 10)
    }
}

import TestSupport
import Testing

@testable import Hosting

@Suite struct MetricsMergeTests {
    @Test("Scrapes of several processes become one text with each metric once")
    func merging() {
        let broker = """
            # HELP patchbay_a_total As.
            # TYPE patchbay_a_total counter
            patchbay_a_total{x="1"} 5
            # TYPE patchbay_d_seconds histogram
            patchbay_d_seconds_bucket{le="+Inf"} 1
            patchbay_d_seconds_sum 0.5
            patchbay_d_seconds_count 1

            """
        let sync = """
            # TYPE patchbay_a_total counter
            patchbay_a_total{x="}, \\"y\\"",instance="old"} 7 1700000000000
            # TYPE patchbay_only_sync gauge
            patchbay_only_sync +Inf

            """
        let merged = MetricsMerge.merge([
            .init(instance: "broker", text: broker), .init(instance: "sync-2", text: sync),
            .init(instance: "crm", text: nil), .init(instance: "bad", text: "patchbay_a_total{x=1} 5\n"),
        ])
        #expect(
            merged == """
                # HELP patchbay_a_total As.
                # TYPE patchbay_a_total counter
                patchbay_a_total{instance="broker",x="1"} 5
                patchbay_a_total{instance="sync-2",x="}, \\"y\\"",exported_instance="old"} 7 1700000000000
                # TYPE patchbay_d_seconds histogram
                patchbay_d_seconds_bucket{instance="broker",le="+Inf"} 1
                patchbay_d_seconds_sum{instance="broker"} 0.5
                patchbay_d_seconds_count{instance="broker"} 1
                # HELP patchbay_instance_up Whether the process answered the last scrape.
                # TYPE patchbay_instance_up gauge
                patchbay_instance_up{instance="broker"} 1
                patchbay_instance_up{instance="sync-2"} 1
                patchbay_instance_up{instance="crm"} 0
                patchbay_instance_up{instance="bad"} 0
                # TYPE patchbay_only_sync gauge
                patchbay_only_sync{instance="sync-2"} +Inf

                """)
    }

    @Test("What the registry writes is read back as it was")
    func roundTrip() throws {
        let registry = MetricsRegistry()
        registry.counter("a", help: "back\\slash\nand line", labels: ["x": "q\"uote\\ \n é"]).add(2)
        registry.histogram("b", help: "B").observe(0.2)
        let text = registry.render()
        #expect(ExpositionText.render(try ExpositionText.parse(text)) == text)
    }

    @Test("A metric that two processes give different types is shown with the first one's")
    func conflictingTypes() {
        let merged = MetricsMerge.merge([
            .init(instance: "a", text: "# TYPE x counter\nx 1\n"), .init(instance: "b", text: "# TYPE x gauge\nx 2\n"),
        ])
        #expect(merged.contains("x{instance=\"a\"} 1"))
        #expect(!merged.contains("x{instance=\"b\"}"))
    }

    @Test(
        "Text that is not the format is refused with its line",
        arguments: [
            "a{x=\"1\" 5\n", "a{x=1} 5\n", "a{=\"1\"} 5\n", "a five\n", "1a 5\n", "a\n", "a 1 2 3\n",
            "a{x=\"\\q\"} 5\n",
            "a{x=\"open\n", "# TYPE a sort\n", "<html>\n",
        ])
    func malformed(_ text: String) {
        #expect {
            try ExpositionText.parse("ok 1\n" + text)
        } throws: {
            ($0 as? ExpositionError)?.line == 2
        }
    }

    @Test("Any text is parsed or refused, never a crash", arguments: UInt64(1)...20)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters = Array("aZ_09{}=\",\\ \n#\u{e9} TYPEHELP.+-".unicodeScalars)
        for _ in 0..<200 {
            let count = Int.random(in: 0...40, using: &random)
            let text = String(
                String.UnicodeScalarView((0..<count).compactMap { _ in letters.randomElement(using: &random) }))
            if let families = try? ExpositionText.parse(text) {
                let rendered = ExpositionText.render(families)
                #expect((try? ExpositionText.parse(rendered)) != nil, "seed \(seed): \(text)")
            }
        }
    }
}

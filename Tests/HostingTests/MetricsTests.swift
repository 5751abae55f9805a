import Testing

@testable import Hosting

@Suite struct MetricsTests {
    @Test("The text is the exposition format 0.0.4 to the letter")
    func golden() {
        let registry = MetricsRegistry()
        registry.counter("gateway.webhooks", help: "Webhooks taken.", labels: ["route": "taskrouter"]).add(3)
        registry.counter("gateway.webhooks", help: "Webhooks taken.", labels: ["route": "a\"b\\c\nd"]).add()
        registry.gauge("bus.sessions", help: "Open sessions.\nSecond line, back\\slash.").set(2)
        registry.gauge("journal.free", help: "Free bytes.", unit: .bytes).set(1.5)
        let duration = registry.histogram(
            "bus.publish.duration", help: "Publish to ack.", buckets: [0.001, 0.01], labels: ["role": "gateway"])
        duration.observe(.milliseconds(1))
        duration.observe(0.005)
        duration.observe(7, times: 2)
        registry.collect { $0.gauge("broker.groups", help: "Groups.", labels: ["state": "live"], 4) }
        #expect(
            registry.render() == """
                # HELP patchbay_broker_groups Groups.
                # TYPE patchbay_broker_groups gauge
                patchbay_broker_groups{state="live"} 4
                # HELP patchbay_bus_publish_duration_seconds Publish to ack.
                # TYPE patchbay_bus_publish_duration_seconds histogram
                patchbay_bus_publish_duration_seconds_bucket{role="gateway",le="0.001"} 1
                patchbay_bus_publish_duration_seconds_bucket{role="gateway",le="0.01"} 2
                patchbay_bus_publish_duration_seconds_bucket{role="gateway",le="+Inf"} 4
                patchbay_bus_publish_duration_seconds_sum{role="gateway"} 14.006
                patchbay_bus_publish_duration_seconds_count{role="gateway"} 4
                # HELP patchbay_bus_sessions Open sessions.\\nSecond line, back\\\\slash.
                # TYPE patchbay_bus_sessions gauge
                patchbay_bus_sessions 2
                # HELP patchbay_gateway_webhooks_total Webhooks taken.
                # TYPE patchbay_gateway_webhooks_total counter
                patchbay_gateway_webhooks_total{route="a\\"b\\\\c\\nd"} 1
                patchbay_gateway_webhooks_total{route="taskrouter"} 3
                # HELP patchbay_journal_free_bytes Free bytes.
                # TYPE patchbay_journal_free_bytes gauge
                patchbay_journal_free_bytes 1.5

                """)
    }

    @Test(
        "Names in OpenTelemetry style become Prometheus names",
        arguments: [
            ("bus.publish.duration", MetricUnit.seconds, false, "patchbay_bus_publish_duration_seconds"),
            ("bus.published", .none, true, "patchbay_bus_published_total"),
            ("bus.published_total", .none, true, "patchbay_bus_published_total"),
            ("journal.written", .bytes, true, "patchbay_journal_written_bytes_total"),
            ("journal-free.bytes", .bytes, false, "patchbay_journal_free_bytes"),
            ("process.open.fds", .none, false, "process_open_fds"),
        ])
    func names(_ name: String, _ unit: MetricUnit, _ isCounter: Bool, _ expected: String) {
        #expect(MetricName.prometheus(name, prefix: "patchbay", unit: unit, isCounter: isCounter) == expected)
    }

    @Test("Numbers are written so that Prometheus reads them back")
    func numbers() {
        #expect(ExpositionText.number(.infinity) == "+Inf")
        #expect(ExpositionText.number(-.infinity) == "-Inf")
        #expect(ExpositionText.number(.nan) == "NaN")
        #expect(ExpositionText.number(12) == "12")
        #expect(Double(ExpositionText.number(1e300)) == 1e300)
        #expect(Double(ExpositionText.number(0.1)) == 0.1)
    }

    @Test("Asking twice for a metric gives the same one")
    func identity() {
        let registry = MetricsRegistry()
        #expect(registry.counter("a", help: "") === registry.counter("a", help: ""))
        #expect(registry.counter("a", help: "", labels: ["x": "1"]) !== registry.counter("a", help: ""))
    }

    @Test("Nothing is lost when many tasks add at once")
    func concurrency() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let gauge = registry.gauge("b", help: "")
                    for _ in 0..<1_000 {
                        registry.counter("a", help: "").add()
                        gauge.add(1)
                    }
                }
            }
        }
        #expect(registry.counter("a", help: "").value == 8_000)
        #expect(registry.gauge("b", help: "").value == 8_000)
    }

    @Test("Label combinations over the limit work, are not shown, and are counted")
    func seriesLimit() {
        let registry = MetricsRegistry()
        for index in 0..<(MetricsRegistry.seriesLimit + 5) {
            registry.counter("a", help: "", labels: ["id": String(index)]).add()
        }
        let lines = registry.render().split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("patchbay_a_total{") } == MetricsRegistry.seriesLimit)
        #expect(lines.contains("patchbay_metrics_series_dropped_total 5"))
    }

    @Test("The process tells its memory, time, descriptors and start")
    func process() throws {
        let registry = MetricsRegistry()
        ProcessMetrics.install(in: registry, service: "test")
        let families = try ExpositionText.parse(registry.render())
        let values = Dictionary(uniqueKeysWithValues: families.map { ($0.name, Double($0.samples[0].value) ?? -1) })
        #expect(values["process_resident_memory_bytes", default: 0] > 1_000_000)
        #expect(values["process_cpu_seconds_total", default: 0] > 0)
        #expect(values["process_open_fds", default: 0] >= 3)
        #expect(values["process_start_time_seconds", default: 0] > 1_500_000_000)
        #expect(values["patchbay_build_info"] == 1)
    }
}

import ArgumentParser

/// Measures a running Broker; `deploy/bench` starts what is needed and puts the reference beside each figure.
@main
struct BenchMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchbay-bench",
        abstract: "Measures one figure of a running Broker and prints it as a JSON line.",
        subcommands: [
            PublishBench.self, OneFlightBench.self, ConsumeBench.self, FanOutBench.self, LatencyBench.self,
            TapBench.self, StalledTaps.self, CatchUpBench.self, FillBench.self,
        ])
}

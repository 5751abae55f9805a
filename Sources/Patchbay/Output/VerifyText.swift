import Journal
import Synchronization

/// A report of `patchbay journal verify` for people.
enum VerifyText {
    static func lines(_ report: VerifyReport, directory: String) -> [String] {
        var lines = ["\(directory): journal \(report.journalID.map { "\($0)" } ?? "unknown")"]
        if report.isLive {
            lines.append(
                "in use by process \(report.ownerPID.map(String.init) ?? "?"); its newest batches may be missing here")
        } else {
            lines.append(report.isClean ? "closed cleanly" : "not closed cleanly: the last start ended in a crash")
        }
        lines.append(
            "\(report.segments) segments, \(report.batches) batches, \(report.records) records, "
                + "\(size(report.bytes)), offsets \(report.firstOffset) up to \(report.end)")
        lines += report.problems.map { "problem: \($0)" }
        lines.append(report.isIntact ? "intact" : "DAMAGED: \(consequence(report)) See docs/operations.md.")
        return lines.map { DisplayText.harmless($0) }
    }

    private static func consequence(_ report: VerifyReport) -> String {
        if report.isRefused { return "the Broker will not start on it." }
        if report.problems.contains(where: { $0.kind == .unreadable }) {
            return "the Broker starts on it, but those events cannot be read."
        }
        return "the Broker cuts the torn end off."
    }

    /// `1.5 MiB`.
    static func size(_ bytes: UInt64) -> String {
        var value = bytes * 10
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 10_240 { return unit == "B" ? "\(bytes) B" : "\(value / 10).\(value % 10) \(unit)" }
            value /= 1_024
        }
        return "\(value / 10).\(value % 10) TiB"
    }
}

/// Says each tenth of the way how far it is, on a terminal.
final class VerifyProgress: Sendable {
    private let isShown: Bool
    private let tenths = Mutex<UInt64>(0)

    init(isShown: Bool) {
        self.isShown = isShown
    }

    /// The line to print now, if any.
    func line(done: UInt64, total: UInt64) -> String? {
        guard isShown, total > 0 else { return nil }
        let reached = done * 10 / total
        return tenths.withLock { tenths in
            guard reached > tenths else { return nil }
            tenths = reached
            return "\(reached * 10) % of \(VerifyText.size(total))"
        }
    }
}

import Bus
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore

/// Answers `GET /v1/stream`: server-sent events from the journal, from the reader's last one on.
struct StreamHandler: Sendable {
    let hub: StreamHub
    let retryAfterSeconds: Int
    /// How long a reader may take to accept a piece of what he has missed.
    let stallLimit: Duration

    /// - Parameters:
    ///   - request: With `Last-Event-ID` to resume.
    ///   - principal: Who reads.
    ///   - standing: Whether his token still counts, where that may change.
    ///   - channel: His connection.
    /// - Returns: The stream.
    /// - Throws: ``Problem`` 400, 429 or 503.
    func answer(
        _ request: Request, _ principal: Principal, _ standing: StreamStanding?, _ channel: any Channel
    ) async throws(Problem) -> Response {
        let last = try Self.lastID(request.headers[.lastEventID])
        let joined: StreamHub.Joined
        do throws(StreamHub.Refusal) {
            joined = try hub.join(principal, last: last, standing: standing) { channel.close(promise: nil) }
        } catch {
            throw refused(error)
        }
        let start = try await first(joined, behind: last)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .accelBuffering: "no",
            ],
            body: ResponseBody { [hub, stallLimit] writer in
                let seat = joined.seat
                var missed = MissedEvents(start, subject: seat.principal.subject, upTo: joined.position, behind: last)
                // What waits for him live is watched by his seat.
                while let bytes = try await missed.next(hub) {
                    let cut = StallCut(channel, after: stallLimit)
                    defer { cut.cancel() }
                    try await writer.write(bytes)
                }
                for await frame in seat.frames {
                    try await writer.write(frame.bytes)
                    seat.took(frame)
                }
                try await writer.finish(nil)
            })
    }

    private static func lastID(_ header: String?) throws(Problem) -> UInt64? {
        guard let header, !header.isEmpty else { return nil }
        guard let offset = UInt64(header), offset < .max else {
            throw Problem(
                status: 400, code: "gateway.last_event_id", detail: "Last-Event-ID must be an id of this stream.")
        }
        return offset
    }

    /// What a reader begins with.
    private func first(_ joined: StreamHub.Joined, behind last: UInt64?) async throws(Problem) -> MissedEvents.Start {
        guard let last else { return .nothing }
        if let records = joined.missed { return .records(records) }
        do throws(JournalReadFailure) {
            let page = try await hub.read(from: last + 1)
            joined.seat.skip(through: last)
            return .page(page)
        } catch {
            switch error {
            case .notThere(let code): return .gone(code: code)
            case .unavailable:
                throw Problem(
                    status: 503, code: "gateway.bus_unavailable", detail: "The journal cannot be read now.",
                    retryAfterSeconds: retryAfterSeconds)
            }
        }
    }

    private func refused(_ refusal: StreamHub.Refusal) -> Problem {
        switch refusal {
        case .tooMany(let limit):
            Problem(
                status: 429, code: "gateway.too_many_streams",
                detail: "\(limit) streams are open, which is the limit (gateway.api.max_streams).",
                retryAfterSeconds: retryAfterSeconds)
        case .tooManyOfOne:
            Problem(
                status: 429, code: "gateway.too_many_streams",
                detail: "You have \(StreamHub.maxOfOne) streams open, which is one person's limit: close other tabs.",
                retryAfterSeconds: retryAfterSeconds)
        case .closed:
            Problem(
                status: 503, code: "gateway.shutting_down", detail: "This Gateway is shutting down.",
                retryAfterSeconds: 1)
        case .notReady:
            Problem(
                status: 503, code: "gateway.bus_unavailable", detail: "The journal has not been reached yet.",
                retryAfterSeconds: retryAfterSeconds)
        }
    }
}

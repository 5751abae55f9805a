import Bus
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore

/// Answers `GET /v1/stream`: server-sent events from the journal, from the reader's last one on.
struct StreamHandler: Sendable {
    let hub: StreamHub
    let retryAfterSeconds: Int

    /// - Parameters:
    ///   - request: With `Last-Event-ID` to resume.
    ///   - principal: Who reads.
    ///   - channel: His connection.
    /// - Returns: The stream.
    /// - Throws: ``Problem`` 400, 429 or 503.
    func answer(
        _ request: Request, _ principal: Principal, _ channel: any Channel
    ) async throws(Problem) -> Response {
        let last = try Self.lastID(request.headers[.lastEventID])
        let seat: StreamSeat
        let position: UInt64
        do throws(StreamHub.Refusal) {
            (seat, position) = try hub.join(principal) { channel.close(promise: nil) }
        } catch {
            throw refused(error)
        }
        var missed: Missed?
        if let last { missed = try await first(behind: last, upTo: position) }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .accelBuffering: "no",
            ],
            body: ResponseBody { [missed, hub] writer in
                switch missed {
                case nil: try await writer.write(StreamFrame.start(at: position).bytes)
                case .gone(let code)?: try await writer.write(StreamFrame.reset(at: position, reason: code).bytes)
                case .page(let first)?:
                    var page: ReadPage? = first
                    while let current = page {
                        for record in current.records where record.offset <= position {
                            try await writer.write(StreamFrame(record).bytes)
                        }
                        // Behind the position the seat's own events begin.
                        let isWhole = current.next > position || current.next >= current.end
                        page = isWhole ? nil : try await hub.read(from: current.next)
                    }
                }
                for await frame in seat.frames {
                    try await writer.write(frame.bytes)
                    seat.took(frame)
                }
                try await writer.finish(nil)
            })
    }

    /// What a reader has missed, the first page of it.
    private enum Missed {
        case page(ReadPage)
        case gone(code: String)
    }

    private static func lastID(_ header: String?) throws(Problem) -> UInt64? {
        guard let header, !header.isEmpty else { return nil }
        guard let offset = UInt64(header), offset < .max else {
            throw Problem(
                status: 400, code: "gateway.last_event_id", detail: "Last-Event-ID must be an id of this stream.")
        }
        return offset
    }

    private func first(behind last: UInt64, upTo position: UInt64) async throws(Problem) -> Missed? {
        if last == position { return nil }
        do throws(JournalReadFailure) {
            return .page(try await hub.read(from: last + 1))
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

internal import Wire

/// Which services a process offers in its session: for the Broker all servers of one service are one offer.
///
/// Knows no socket: the loop tells it which servers there are and sends what it returns.
struct ServerOffers {
    /// What is to be told to the Broker.
    enum Action: Equatable {
        /// Offers the service, or changes how many calls are taken at once; `server` is told when that is refused.
        case serve(ServeRequest, server: UInt32)
        case unserve(service: String, server: UInt32)
    }

    private struct Offer: Equatable {
        var concurrency: Int
        var server: UInt32
    }

    /// What the Broker was told in this session, by service.
    private var offered: [String: Offer] = [:]

    /// The session ended: nothing is offered any more.
    mutating func lost() { offered = [:] }

    /// Compares what is offered with the servers that take calls now.
    ///
    /// Servers of one service add up, to at most ``BusLimits/serveConcurrency``; the service is taken back with the last.
    mutating func update(_ servers: some Sequence<Server>) -> [Action] {
        var wanted: [String: Offer] = [:]
        for server in servers where !server.isStopping {
            var offer = wanted[server.request.service] ?? Offer(concurrency: 0, server: 0)
            offer.concurrency = min(offer.concurrency + server.request.concurrency, BusLimits.serveConcurrency)
            offer.server = max(offer.server, server.id)
            wanted[server.request.service] = offer
        }
        var actions: [Action] = []
        for (service, offer) in offered.sorted(by: { $0.key < $1.key }) where wanted[service] == nil {
            actions.append(.unserve(service: service, server: offer.server))
        }
        for (service, offer) in wanted.sorted(by: { $0.key < $1.key })
        where offered[service]?.concurrency != offer.concurrency {
            actions.append(.serve(ServeRequest(service: service, concurrency: offer.concurrency), server: offer.server))
        }
        offered = wanted
        return actions
    }
}

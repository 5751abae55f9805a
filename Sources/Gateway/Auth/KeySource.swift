import AsyncHTTPClient
import Hosting
import Logging
import NIOCore
import NIOHTTP1

/// Where an issuer's keys are: a file or a URL, read when ``KeyRefresh`` says so.
actor KeySource {
    /// Bytes of a key document at most.
    static let maxBytes = 262_144
    /// How long the URL may take.
    static let timeout = Duration.seconds(5)

    private let fetch: @Sendable () async throws(KeyError) -> [UInt8]
    private let logger: Logger
    private var refresh: KeyRefresh
    private var keys: KeySet?
    private var failure: KeyError?
    private var running: Task<Void, Never>?

    /// - Parameters:
    ///   - lifetime: Keys are fetched anew after this long.
    ///   - logger: Hears of fetches that fail.
    ///   - fetch: Brings the document.
    init(lifetime: Duration, logger: Logger, fetch: @escaping @Sendable () async throws(KeyError) -> [UInt8]) {
        self.fetch = fetch
        self.logger = logger
        refresh = KeyRefresh(lifetime: lifetime)
    }

    /// The keys to check a token with.
    ///
    /// - Parameters:
    ///   - id: The key that the token names.
    ///   - algorithm: The token's.
    /// - Returns: The keys, one that fits not necessarily among them.
    /// - Throws: ``TokenRefusal/uncheckable(reason:)`` when there are none.
    func keys(id: String?, algorithm: String) async throws(TokenRefusal) -> KeySet {
        let isKnown = keys?.holds(id: id, algorithm: algorithm) ?? false
        if running == nil, refresh.isDue(isKnown: isKnown, now: .now) {
            refresh.began(now: .now)
            running = Task { await self.load() }
        }
        // With a usable key at hand nobody waits for a fetch.
        if !isKnown, let running { await running.value }
        guard let keys, refresh.mayUse(now: .now) else {
            throw .uncheckable(reason: failure?.description ?? "There are no keys yet.")
        }
        return keys
    }

    private func load() async {
        do throws(KeyError) {
            keys = try await KeySet(jwks: try await fetch())
            failure = nil
            refresh.succeeded(now: .now)
        } catch {
            failure = error
            logger.warning("The issuer's keys could not be had", metadata: [LogKeys.reason: "\(error)"])
        }
        running = nil
    }

    /// Reads a file.
    static func file(_ path: String) -> @Sendable () async throws(KeyError) -> [UInt8] {
        { () throws(KeyError) in
            do {
                return try FileBytes.read(path: path, limit: maxBytes)
            } catch {
                throw .unreadable(path: path, reason: "\(error)")
            }
        }
    }

    /// Asks a URL.
    static func url(_ url: String) -> @Sendable () async throws(KeyError) -> [UInt8] {
        { () throws(KeyError) in
            let response: HTTPClientResponse
            do {
                response = try await HTTPClient.shared.execute(
                    HTTPClientRequest(url: url), timeout: TimeAmount(timeout))
            } catch {
                throw .unreachable(reason: "\(error)")
            }
            guard response.status == .ok else { throw .status(Int(response.status.code)) }
            do {
                return Array(buffer: try await response.body.collect(upTo: maxBytes))
            } catch is NIOTooManyBytesError {
                throw .tooLarge(limitBytes: maxBytes)
            } catch {
                throw .unreachable(reason: "\(error)")
            }
        }
    }
}

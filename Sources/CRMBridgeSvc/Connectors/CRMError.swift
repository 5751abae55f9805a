import Bus
import Events

/// Why a CRM did not do what it was asked.
///
/// Nothing of what was asked is in it: no name, number or answer.
enum CRMError: Error, Hashable, Sendable {
    /// The CRM is away, slow or asks for a pause; later it may work.
    case unavailable(Cause, retryAfter: Duration? = nil)
    /// The CRM will never take it as it is; `field` where it says which.
    case refused(field: String?)
    case notFound
    /// More than one record where one is needed.
    case ambiguous
    /// Our credentials are not accepted, or may not do this.
    case denied
    /// The account that we use lacks a privilege of the CRM, named as the CRM names it.
    case missingPrivilege(String)
    /// This CRM cannot do it, or it is not configured.
    case unsupported

    /// Why it is away.
    enum Cause: String, Hashable, Sendable {
        /// No connection.
        case unreachable
        /// The time ran out; it may have been done.
        case timeout
        /// 429, or a pause after it.
        case throttled
        /// 5xx.
        case failing
        /// The answer cannot be read.
        case unreadable
        /// Not asked: it failed several times a moment ago.
        case paused
    }

    /// Whether the same may work later without anyone changing the request.
    var isRetryable: Bool {
        switch self {
        case .unavailable, .denied, .missingPrivilege: true
        case .refused, .notFound, .ambiguous, .unsupported: false
        }
    }
}

extension CRMError: CodedError {
    var code: String {
        switch self {
        case .unavailable(let cause, _): "crm.unavailable.\(cause.rawValue)"
        case .refused: "crm.refused"
        case .notFound: "crm.not_found"
        case .ambiguous: "crm.ambiguous"
        case .denied: "crm.denied"
        case .missingPrivilege: "crm.denied.privilege"
        case .unsupported: "crm.unsupported"
        }
    }
}

extension CRMError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unavailable(.unreachable, _): "The CRM cannot be reached. Is its address right and the CRM running?"
        case .unavailable(.timeout, _):
            "The CRM did not answer in time (timeout_ms of the connector). It may have done it."
        case .unavailable(.throttled, _): "The CRM asks for a pause. Does something else use up its limits?"
        case .unavailable(.failing, _): "The CRM failed. Its own log says more."
        case .unavailable(.unreadable, _): "The CRM's answer is not what is configured. Do paths and pointers fit?"
        case .unavailable(.paused, _): "The CRM failed several times and is not asked for a moment."
        case .refused(let field?): "The CRM does not take the field '\(field)'."
        case .refused(nil): "The CRM does not take it. Do the configured fields fit?"
        case .notFound: "The CRM has no such record."
        case .ambiguous: "The CRM has more than one such record."
        case .denied: "The CRM does not accept our credentials, or they may not do this."
        case .missingPrivilege(let name):
            "The CRM says that our account lacks the privilege '\(name)'. Does its role have it, for these records?"
        case .unsupported: "This CRM cannot do this, or the operation is not configured."
        }
    }
}

extension CRMError {
    /// What a failure of the Broker means to someone who asks the built-in CRM.
    init(_ error: BusError) {
        self =
            error.isRetryable || error == .closed || error == .cancelled
            ? .unavailable(.unreachable) : .refused(field: nil)
    }
}

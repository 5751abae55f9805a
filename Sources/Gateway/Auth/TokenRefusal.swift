/// Why a bearer token does not let anybody in.
///
/// What it says never depends on how much of a forged token was right.
enum TokenRefusal: Error, Hashable, Sendable {
    case missing
    /// It is no token that we could check, or its signature is not right.
    case invalid
    case expired
    case notYetValid
    /// Issuer or audience are not the configured ones.
    case notForUs
    /// It is right, but its role is none of ours.
    case roleUnknown
    /// It is right, but this needs a higher role.
    case roleTooLow(needed: Role)
    /// Whoever could tell whether it is right cannot be asked.
    case uncheckable(reason: String)

    var status: Int {
        switch self {
        case .missing, .invalid, .expired, .notYetValid, .notForUs: 401
        case .roleUnknown, .roleTooLow: 403
        case .uncheckable: 503
        }
    }

    /// Stable, for machines.
    var code: String {
        switch self {
        case .missing: "auth.token_missing"
        case .invalid: "auth.token_invalid"
        case .expired: "auth.token_expired"
        case .notYetValid: "auth.token_not_yet_valid"
        case .notForUs: "auth.token_not_for_us"
        case .roleUnknown: "auth.role_unknown"
        case .roleTooLow: "auth.role_too_low"
        case .uncheckable: "auth.unavailable"
        }
    }

    /// `error` of the WWW-Authenticate header (RFC 6750 §3.1); nil where no token was shown.
    private var bearerError: String? {
        switch status {
        case 401: self == .missing ? nil : "invalid_token"
        case 403: "insufficient_scope"
        default: nil
        }
    }

    /// The header that says how to come in; nil where coming in is not the question.
    var challenge: String? {
        guard status != 503 else { return nil }
        return "Bearer realm=\"patchbay\"" + (bearerError.map { ", error=\"\($0)\"" } ?? "")
    }
}

extension TokenRefusal: CustomStringConvertible {
    var description: String {
        switch self {
        case .missing: "Show a token as Authorization: Bearer. GET /v1/auth says where tokens come from."
        case .invalid: "The token is none that this Gateway accepts (gateway.auth)."
        case .expired: "The token has expired; sign in again."
        case .notYetValid: "The token does not count yet. Are the clocks right?"
        case .notForUs: "The token is for another issuer or audience (gateway.auth.issuer, gateway.auth.audience)."
        case .roleUnknown: "The token has none of the roles \(Role.allCases.map(\.rawValue).joined(separator: ", "))."
        case .roleTooLow(let needed): "This needs the role \(needed.rawValue)."
        case .uncheckable(let reason): "The token cannot be checked now: \(reason)"
        }
    }
}

extension Problem {
    init(_ refusal: TokenRefusal, retryAfterSeconds: Int = 5) {
        self.init(status: refusal.status, code: refusal.code, detail: refusal.description)
        authenticate = refusal.challenge
        if refusal.status == 503 { self.retryAfterSeconds = retryAfterSeconds }
    }
}

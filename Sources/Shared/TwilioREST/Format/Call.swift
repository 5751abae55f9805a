/// One call of the API, before it is sent: what to ask where, and what repeating it would do.
struct Call: Sendable {
    let method: HTTPVerb
    let product: TwilioProduct
    /// The path with `{}` for each argument.
    let route: String
    let rule: RepeatRule
    private var arguments: [String]
    private var link: String?
    private var isAnonymous = false
    var query = Form()
    var body = Body.none
    var headers: [TransportRequest.Header] = []
    /// What it counts for, where the provider has published a rate.
    private(set) var rate: CallRate?
    /// Another limit than the configured one, for downloads.
    var maxResponseBytes: Int?

    /// What the request carries.
    enum Body: Sendable {
        case none
        case form(Form)
        case json([UInt8])
        case other(contentType: String, [UInt8])
    }

    private init(
        _ method: HTTPVerb, _ product: TwilioProduct, _ route: String, _ arguments: [String], _ rule: RepeatRule
    ) {
        self.method = method
        self.product = product
        self.route = route
        self.arguments = arguments
        self.rule = rule
    }

    /// Reads.
    static func get(_ product: TwilioProduct, _ route: String, _ arguments: String..., query: Form = Form()) -> Call {
        var call = Call(.get, product, route, arguments, .read)
        call.query = query
        return call
    }

    /// Writes a form.
    static func post(
        _ product: TwilioProduct, _ route: String, _ arguments: String..., form: Form, rule: RepeatRule
    ) -> Call {
        var call = Call(.post, product, route, arguments, rule)
        call.body = .form(form)
        return call
    }

    /// Writes a JSON document or a file.
    static func post(
        _ product: TwilioProduct, _ route: String, _ arguments: String..., body: Body, rule: RepeatRule
    ) -> Call {
        var call = Call(.post, product, route, arguments, rule)
        call.body = body
        return call
    }

    /// Deletes.
    static func delete(_ product: TwilioProduct, _ route: String, _ arguments: String...) -> Call {
        Call(.delete, product, route, arguments, .idempotent)
    }

    /// Reads at an address that an answer gave, without credentials.
    static func anonymous(_ product: TwilioProduct, _ url: String, maxResponseBytes: Int) -> Call {
        var call = Call(.get, product, "/<temporary>", [], .read)
        call.link = url
        call.isAnonymous = true
        call.maxResponseBytes = maxResponseBytes
        return call
    }

    /// The same call at the place where an answer's link leads, which has been checked.
    func following(_ link: String) -> Call {
        var other = self
        other.link = link
        return other
    }

    /// With `X-Twilio-Webhook-Enabled: true` when webhooks are wanted: writes over REST cause none by default.
    func webhooks(_ isWanted: Bool) -> Call {
        isWanted ? header("X-Twilio-Webhook-Enabled", "true") : self
    }

    /// With `If-Match`, when there is a version to match.
    func matching(_ etag: String?) -> Call {
        guard let etag else { return self }
        return header("If-Match", etag)
    }

    /// Within a published rate.
    func within(_ rate: CallRate) -> Call {
        var other = self
        other.rate = rate
        return other
    }

    /// With another header.
    func header(_ name: String, _ value: String) -> Call {
        var other = self
        other.headers.append(.init(name, value))
        return other
    }

    /// The HTTP request.
    func request(endpoints: TwilioEndpoints, authorization: String, maxResponseBytes limit: Int) -> TransportRequest {
        var request = TransportRequest(
            method: method, url: link ?? url(endpoints[product]),
            headers: isAnonymous
                ? [] : [.init("Authorization", authorization), .init("Accept", "application/json")],
            maxResponseBytes: maxResponseBytes ?? limit)
        request.headers += headers
        switch body {
        case .none: break
        case .form(let form):
            request.headers.append(.init("Content-Type", "application/x-www-form-urlencoded"))
            request.body = form.bytes
        case .json(let bytes):
            request.headers.append(.init("Content-Type", "application/json"))
            request.body = bytes
        case .other(let type, let bytes):
            request.headers.append(.init("Content-Type", type))
            request.body = bytes
        }
        return request
    }

    private func url(_ base: EndpointBase) -> String {
        var bytes = Array(base.url.utf8)
        var next = arguments.startIndex
        var isInside = false
        for byte in route.utf8 {
            switch byte {
            case UInt8(ascii: "{"): isInside = true
            case UInt8(ascii: "}"):
                isInside = false
                precondition(next < arguments.endIndex, "\(route) has more arguments than it was given")
                PercentEncoding.append(arguments[next], to: &bytes, space: nil)
                next += 1
            default: if !isInside { bytes.append(byte) }
            }
        }
        precondition(next == arguments.endIndex, "\(route) has fewer arguments than it was given")
        if !query.isEmpty {
            bytes.append(UInt8(ascii: "?"))
            bytes += query.bytes
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

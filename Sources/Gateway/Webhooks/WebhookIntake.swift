import Bus
import Events
import Twilio

/// Checks a webhook and turns it into an event: a function of the request and the time, on bytes.
struct WebhookIntake: Sendable {
    /// A webhook that may be published.
    struct Checked: Sendable {
        let endpoint: WebhookEndpoint
        let event: OutgoingEvent
        /// Which try of the sender's this is; 0 for the first, nil where the product does not say.
        let retryCount: Int?
    }

    /// A refusal and, where the path or a configured account told it, for whom.
    struct Refused: Error {
        let refusal: WebhookRefusal
        let endpoint: WebhookEndpoint?
    }

    let publicURL: SignedURL
    let limits: FormLimits

    /// Checks and translates one webhook.
    ///
    /// Nothing of the body counts before its signature is right, except that on an alias its account says which token
    /// to check with.
    ///
    /// - Parameters:
    ///   - request: The request, its body whole.
    ///   - route: The route of its path.
    ///   - now: When it arrived.
    /// - Returns: The event to publish.
    /// - Throws: ``Refused``.
    func check(
        _ request: WebhookRequest, on route: WebhookRoutes.Route, now: Timestamp
    ) throws(Refused) -> Checked {
        let bound: WebhookEndpoint? = if case .project(let endpoint) = route.binding { endpoint } else { nil }
        guard let encoding = WebhookEncoding(contentType: request.contentType) else {
            throw Refused(refusal: .contentTypeUnsupported, endpoint: bound)
        }
        guard let signature = request.signature else { throw Refused(refusal: .signatureMissing, endpoint: bound) }
        let form: FormParameters
        do throws(FormError) {
            form =
                switch encoding {
                case .form: try FormParameters(decoding: request.body, limits: limits)
                case .json: try FormParameters(json: request.body, limits: limits)
                }
        } catch {
            throw Refused(refusal: .form(error), endpoint: bound)
        }
        let endpoint = try endpoint(for: form, on: route)
        guard verifies(signature, request, encoding, form, endpoint) else {
            throw Refused(refusal: .signatureInvalid, endpoint: endpoint)
        }
        let event: TranslatedEvent
        do throws(WebhookRejection) {
            event = try endpoint.translator.translate(
                form, marks: route.family == .voice ? WebhookMarks(target: request.target) : .none,
                deliveryToken: request.deliveryToken, receivedAt: now)
        } catch {
            throw Refused(refusal: .untranslatable(error), endpoint: endpoint)
        }
        guard event.accountSID == endpoint.accountSID else {
            throw Refused(refusal: .accountMismatch, endpoint: endpoint)
        }
        return Checked(
            endpoint: endpoint,
            event: OutgoingEvent(
                topic: event.topic.name, key: String(decoding: event.key, as: UTF8.self),
                id: String(decoding: event.recordID, as: UTF8.self), document: event.document),
            retryCount: event.retryCount)
    }

    private func endpoint(
        for form: FormParameters, on route: WebhookRoutes.Route
    ) throws(Refused) -> WebhookEndpoint {
        switch route.binding {
        case .project(let endpoint): return endpoint
        case .account(let endpoints):
            guard let account = form.first("AccountSid"), let endpoint = endpoints[account] else {
                throw Refused(refusal: .accountUnknown, endpoint: nil)
            }
            return endpoint
        }
    }

    private func verifies(
        _ signature: String, _ request: WebhookRequest, _ encoding: WebhookEncoding, _ form: FormParameters,
        _ endpoint: WebhookEndpoint
    ) -> Bool {
        var target = request.target
        return target.withUTF8 { bytes in
            let target = UnsafeRawBufferPointer(bytes)
            return switch encoding {
            case .form: endpoint.signature.verifies(signature, url: publicURL, target: target, form: form)
            case .json: endpoint.signature.verifies(signature, url: publicURL, target: target, jsonBody: request.body)
            }
        }
    }
}

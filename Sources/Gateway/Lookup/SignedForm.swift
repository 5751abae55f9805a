import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import Twilio

/// Reads requests that any of several projects may have signed: callbacks and lookups.
struct SignedForm: Sendable {
    /// One project whose tokens sign.
    private struct Signer: Sendable {
        let project: String
        let accountSID: String
        let signature: WebhookSignature
    }

    private let signers: [Signer]
    private let publicURL: SignedURL?
    private let limits: FormLimits

    /// - Parameters:
    ///   - settings: Projects, public URL and limits.
    ///   - projects: Names of those that count; nil: all.
    init(settings: GatewaySettings, projects: Set<String>?) {
        signers = settings.projects.filter { projects?.contains($0.name) ?? true }.map {
            Signer(
                project: $0.name, accountSID: $0.accountSID,
                signature: WebhookSignature(tokens: $0.authTokens.map { Array($0.reveal().utf8) }))
        }
        publicURL = settings.publicURL
        limits = settings.limits.form
    }

    /// The project that signed, and the parameters; nothing counts before the signature is right.
    ///
    /// A request need not name its account; when it does, it must be the one that signed.
    ///
    /// - Parameters:
    ///   - request: The request; its body is consumed.
    ///   - target: Path and query as sent.
    ///   - encodings: What its body may be.
    /// - Returns: The project's name, and the parameters.
    /// - Throws: ``Problem`` 403, 413, 415 or what the body's form deserves.
    func read(
        _ request: Request, target: String, encodings: Set<WebhookEncoding>
    ) async throws(Problem) -> (project: String, form: FormParameters) {
        // Nothing is read of a request that cannot be right.
        _ = try Self.claim(request.headers, encodings)
        let body: ByteBuffer
        do throws(RequestBody.Failure) {
            body = try await RequestBody.read(request, limit: limits.maxBodyBytes)
        } catch {
            throw Problem(error)
        }
        return try read(request.headers, body: body, target: target, encodings: encodings)
    }

    /// The same of a request whose body is there.
    func read(
        _ headers: HTTPFields, body: ByteBuffer, target: String, encodings: Set<WebhookEncoding>
    ) throws(Problem) -> (project: String, form: FormParameters) {
        let (encoding, signature) = try Self.claim(headers, encodings)
        let form: FormParameters
        do throws(FormError) {
            switch encoding {
            case .form: form = try FormParameters(decoding: body.readableBytesView, limits: limits)
            case .json: form = try FormParameters(json: body.readableBytesView, limits: limits)
            }
        } catch {
            throw Problem(.form(error), retryAfterSeconds: 0)
        }
        let account = form.first("AccountSid")
        let signer = signers.first { signer in
            (account == nil || account == signer.accountSID)
                && verifies(signature, target, encoding, form, body, signer.signature)
        }
        guard let signer else { throw Problem(.signatureInvalid, retryAfterSeconds: 0) }
        return (signer.project, form)
    }

    /// The same of a request without a body: its parameters are those of the query, which the signature covers.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - target: Path and query as sent.
    /// - Returns: The project's name, and the parameters.
    /// - Throws: ``Problem`` 403, or what the query's form deserves.
    func readQuery(
        _ request: Request, target: String
    ) throws(Problem) -> (project: String, form: FormParameters) {
        guard let header = request.headers[.twilioSignature] else {
            throw Problem(.signatureMissing, retryAfterSeconds: 0)
        }
        let none = FormParameters([])
        let signer = signers.first { verifies(header, target, .form, none, ByteBuffer(), $0.signature) }
        guard let signer else { throw Problem(.signatureInvalid, retryAfterSeconds: 0) }
        do throws(FormError) {
            let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            let form = try FormParameters(decoding: Array(query.utf8), limits: ApiCall.queryLimits)
            return (signer.project, form)
        } catch {
            throw Problem(.form(error), retryAfterSeconds: 0)
        }
    }

    /// How the body is encoded, and the signature.
    private static func claim(
        _ headers: HTTPFields, _ encodings: Set<WebhookEncoding>
    ) throws(Problem) -> (WebhookEncoding, String) {
        guard let encoding = WebhookEncoding(contentType: headers[.contentType]), encodings.contains(encoding)
        else { throw Problem(.contentTypeUnsupported, retryAfterSeconds: 0) }
        guard let signature = headers[.twilioSignature] else { throw Problem(.signatureMissing, retryAfterSeconds: 0) }
        return (encoding, signature)
    }

    private func verifies(
        _ header: String, _ target: String, _ encoding: WebhookEncoding, _ form: FormParameters, _ body: ByteBuffer,
        _ signature: WebhookSignature
    ) -> Bool {
        guard let publicURL else { return false }
        var target = target
        return target.withUTF8 { bytes in
            let target = UnsafeRawBufferPointer(bytes)
            return switch encoding {
            case .form: signature.verifies(header, url: publicURL, target: target, form: form)
            case .json:
                body.withUnsafeReadableBytes {
                    signature.verifies(header, url: publicURL, target: target, jsonBody: $0)
                }
            }
        }
    }
}

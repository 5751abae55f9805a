import NIOCore
import NIOHTTP1
import Twilio

extension RestRequest {
    /// Decodes what came over the wire.
    ///
    /// - Throws: ``TwilioProblem`` for a form that cannot be read.
    init(_ raw: RawRequest, method: RestMethod) throws(TwilioProblem) {
        let fields = raw.head.headers
        let contentType = fields.first(name: "Content-Type") ?? ""
        let body = raw.body.map { Array($0.readableBytesView) } ?? []
        let limits = FormLimits(maxBodyBytes: Self.maxBodyBytes)
        do throws(FormError) {
            let query = try FormParameters(decoding: raw.query.utf8, limits: limits)
            var form = FormParameters([])
            if !body.isEmpty, contentType.hasPrefix("application/x-www-form-urlencoded") {
                form = try FormParameters(decoding: body, limits: limits)
            } else if !body.isEmpty, contentType.hasPrefix("application/json") {
                form = try FormParameters(json: body, limits: limits)
            }
            self.init(
                method: method, path: String(raw.path), query: query, form: form, body: body, contentType: contentType)
        } catch {
            throw TwilioProblem(status: error.httpStatus, code: 20001, "\(error)")
        }
        echoesWebhooks = fields.first(name: "X-Twilio-Webhook-Enabled")?.lowercased() == "true"
        ifMatch = fields.first(name: "If-Match")
    }
}

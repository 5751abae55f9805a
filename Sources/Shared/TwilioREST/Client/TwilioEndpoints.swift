/// Where each product of the provider is.
///
/// Settings: `twilio.base_url` (string, default `https://{product}.twilio.com`), in which `{product}` stands for the
/// product's ``TwilioProduct/rawValue``; `twilio.endpoints.<product>` (string) for one that lies elsewhere.
public struct TwilioEndpoints: Hashable, Sendable {
    /// What `base_url` is by default.
    public static let defaultBaseURL = "https://{product}.twilio.com"

    private var bases: [TwilioProduct: EndpointBase]

    /// The endpoints of Twilio itself.
    public static let twilio = TwilioEndpoints()

    private init() {
        bases = [:]
        for product in TwilioProduct.allCases {
            bases[product] = EndpointBase(scheme: "https", authority: "\(product.rawValue).twilio.com", path: "")
        }
    }

    /// Endpoints by a pattern and exceptions from it.
    ///
    /// - Parameters:
    ///   - baseURL: `http` or `https`, with `{product}` somewhere unless every product has the same address; a trailing
    ///     slash does not matter.
    ///   - overrides: Addresses of single products.
    /// - Throws: ``TwilioConfigurationError/invalidURL(key:)``.
    public init(
        baseURL: String = TwilioEndpoints.defaultBaseURL, overrides: [TwilioProduct: String] = [:]
    ) throws(TwilioConfigurationError) {
        bases = [:]
        for product in TwilioProduct.allCases {
            if let own = overrides[product] {
                guard let base = EndpointBase(own) else {
                    throw .invalidURL(key: "endpoints.\(product.rawValue)")
                }
                bases[product] = base
            } else {
                let parts = baseURL.split(separator: "{product}", omittingEmptySubsequences: false)
                guard let base = EndpointBase(parts.joined(separator: product.rawValue)) else {
                    throw .invalidURL(key: "base_url")
                }
                bases[product] = base
            }
        }
    }

    /// The address of a product.
    subscript(product: TwilioProduct) -> EndpointBase {
        bases[product] ?? EndpointBase(scheme: "https", authority: "\(product.rawValue).twilio.com", path: "")
    }
}

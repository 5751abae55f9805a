public import Hosting
public import TwilioREST

/// How the providers' accounts are spoken to.
///
/// Configuration keys, in the section `twilio`:
/// - `base_url` (string, default `https://{product}.twilio.com`): where the products are; see ``TwilioEndpoints``.
/// - `endpoints.<product>` (strings): other addresses for single products; a dot in a product's name is written `_`.
/// - the whole numbers of ``TwilioConfiguration/keys``.
public enum TwilioSettings {
    /// Reads the section; what is wrong is rejected there, under its key.
    ///
    /// - Parameter twilio: A reader at the section.
    /// - Returns: The configuration.
    public static func read(_ twilio: SettingsReader) -> TwilioConfiguration {
        var configuration = TwilioConfiguration()
        let base = twilio.string("base_url", default: "https://{product}.twilio.com", maxBytes: 1_024)
        let section = twilio.section("endpoints")
        var overrides: [TwilioProduct: String] = [:]
        for product in TwilioProduct.allCases {
            // A dot would be read as the beginning of a section.
            let key = product.rawValue.replacing(".", with: "_")
            overrides[product] = section.optionalString(key, maxBytes: 1_024)
        }
        for key in TwilioConfiguration.keys {
            let value = twilio.int(key.name, default: key.defaultValue, in: key.range)
            do { try configuration.set(key.name, value) } catch { twilio.reject(key.name, because: "\(error)") }
        }
        do {
            configuration.endpoints = try TwilioEndpoints(baseURL: base, overrides: overrides)
        } catch {
            twilio.reject("base_url", because: "\(error)")
        }
        return configuration
    }
}

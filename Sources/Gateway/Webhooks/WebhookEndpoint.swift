import Events
import Hosting
import Twilio

/// One project on one route: what checks and translates its webhooks, and counts them.
struct WebhookEndpoint: Sendable {
    let project: String
    let family: WebhookFamily
    let accountSID: String
    let signature: WebhookSignature
    let translator: WebhookTranslator
    let metrics: WebhookMetrics

    /// - Throws: ``EventError`` when the project's name cannot be part of an event source.
    init(_ project: ProjectSettings, family: WebhookFamily, registry: MetricsRegistry) throws(EventError) {
        self.project = project.name
        self.family = family
        accountSID = project.accountSID
        signature = WebhookSignature(tokens: project.authTokens.map { Array($0.reveal().utf8) })
        translator = try WebhookTranslator(project: project.name, family: family)
        metrics = WebhookMetrics(registry: registry, project: project.name, family: family)
    }
}

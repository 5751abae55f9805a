/// Every call that the Sandbox answers, product by product.
enum SandboxRoutes {
    /// Below `/api/`.
    static let products: [RestRoute] =
        MessagingRoutes.routes + TaskRouterRoutes.routes + FlexRoutes.routes + VoiceRoutes.routes + LegacyRoutes.routes

    /// Below `/sandbox/v1/`, for one project each: the pages' and the tests' way to act as people.
    static let control: [RestRoute] =
        MessagingControl.routes + AppControl.routes + TaskRouterControl.routes + FlexControl.routes
        + VoiceControl.routes + CRMRoutes.control
}

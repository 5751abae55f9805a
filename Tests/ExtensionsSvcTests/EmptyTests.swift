import Testing

@testable import ExtensionsSvc

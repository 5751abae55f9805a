import Testing

@testable import TwilioREST

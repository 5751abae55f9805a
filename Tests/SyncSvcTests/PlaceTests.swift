import Testing

@testable import SyncSvc

// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of ours is compiled with: Swift 6 mode, no warning survives, imports and isolation explicit.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func shared(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Shared/\(name)", swiftSettings: strict)
}

func executable(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/\(name)", resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let csv = Target.Dependency.product(name: "SwiftCSV", package: "SwiftCSV")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "patchbay",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "patchbay-broker", targets: ["Broker"]),
        .executable(name: "patchbay-gateway", targets: ["Gateway"]),
        .executable(name: "patchbay-extensions", targets: ["ExtensionsSvc"]),
        .executable(name: "patchbay-sync", targets: ["SyncSvc"]),
        .executable(name: "patchbay-crm", targets: ["CRMBridgeSvc"]),
        .executable(name: "patchbay-sandbox", targets: ["Sandbox"]),
        .executable(name: "patchbay", targets: ["Patchbay"]),
        .executable(name: "patchbay-bench", targets: ["Bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .target(
            name: "CPhoneNumber", cxxSettings: [.unsafeFlags(["-std=c++17"])],
            linkerSettings: [.linkedLibrary("phonenumber")]),
        .target(name: "CPlatform", cSettings: [.unsafeFlags(["-O2"])]),

        shared("Wire", ["CPlatform"]),
        shared("ZeroMQ", ["CZeroMQ", "CPlatform"]),
        shared("Events"),
        shared("Journal", ["Wire", "CPlatform"]),
        shared("Bus", ["Wire", "Events", "ZeroMQ", "CPlatform", deque, heap, logging, serviceLifecycle]),
        shared("Phone", ["CPhoneNumber"]),
        shared("Twilio", ["Events", crypto]),
        shared("TwilioREST", ["Twilio", "Events", asyncHTTPClient, logging, nioCore, nioHTTP1]),
        shared("Directory", ["Events", crypto]),
        shared("Hosting", ["Events", logging, serviceLifecycle, unixSignals, yams]),
        shared("TwilioHosting", ["TwilioREST", "Hosting", serviceLifecycle]),

        executable(
            "Broker",
            [
                "Wire", "ZeroMQ", "Events", "Journal", "Hosting", "CPlatform", deque, heap, logging, serviceLifecycle,
                sqlite,
            ]),
        executable(
            "Gateway",
            [
                "Bus", "Directory", "Events", "Twilio", "Hosting", "Wire", asyncHTTPClient, crypto, deque, hummingbird,
                hummingbirdCore, httpTypes, jwt, logging, nioCore, nioHTTP1, nioHTTPTypes, serviceLifecycle,
            ], resources: [.copy("Web")]),
        executable(
            "ExtensionsSvc",
            [
                "Bus", "Directory", "Events", "Phone", "Twilio", "TwilioREST", "TwilioHosting", "Hosting",
                asyncHTTPClient,
                crypto, csv, logging, serviceLifecycle,
            ]),
        executable(
            "SyncSvc",
            [
                "Bus", "Events", "Phone", "Twilio", "TwilioREST", "TwilioHosting", "Hosting", asyncHTTPClient, logging,
                crypto, mustache, nioCore, nioHTTP1, serviceLifecycle,
            ]),
        executable(
            "CRMBridgeSvc",
            [
                "Bus", "Events", "Phone", "Twilio", "TwilioREST", "TwilioHosting", "Hosting", "Wire", asyncHTTPClient,
                crypto, csv, logging, mustache, nioCore, nioHTTP1, serviceLifecycle,
            ]),
        executable(
            "Sandbox",
            [
                "Events", "Phone", "Twilio", "Hosting", asyncHTTPClient, crypto, deque, logging, nioCore, nioHTTP1,
                nioPosix, serviceLifecycle,
            ], resources: [.copy("Web")]),
        executable(
            "Patchbay",
            [
                "Bus", "Events", "Twilio", "TwilioREST", "TwilioHosting", "Journal", "Wire", "Hosting", argumentParser,
                asyncHTTPClient, logging, nioCore, nioHTTP1, serviceLifecycle, subprocess, unixSignals,
            ]),
        executable(
            "Bench", ["Bus", "Events", "Twilio", "Journal", "Wire", "ZeroMQ", "CPlatform", argumentParser, logging]),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("BrokerTests", ["TestSupport", "Broker", "Events", "Hosting", "Journal", "Wire", deque, logging]),
        tests("BusTests", ["TestSupport", "Bus", "CPlatform", "Wire", "ZeroMQ", logging]),
        tests(
            "CRMBridgeSvcTests",
            [
                "TestSupport", "CRMBridgeSvc", "Bus", "Events", "Hosting", "Phone", "Twilio", "TwilioREST", "Wire",
                asyncHTTPClient, hummingbird, httpTypes, logging, nioCore,
            ]),
        tests("DirectoryTests", ["TestSupport", "Directory", "Events"]),
        tests("EventsTests", ["TestSupport", "Events"]),
        tests(
            "ExtensionsSvcTests",
            ["TestSupport", "ExtensionsSvc", "Bus", "Directory", "Events", "Hosting", "Twilio", logging]),
        tests(
            "GatewayTests",
            [
                "TestSupport", "Gateway", "Bus", "Directory", "Events", "Hosting", "Twilio", "Wire", crypto, jwt,
                httpTypes,
                hummingbird, hummingbirdCore, hummingbirdTesting, logging, nioCore, nioPosix, serviceLifecycle,
            ]),
        tests("HostingTests", ["TestSupport", "Hosting", logging, serviceLifecycle]),
        tests("JournalTests", ["TestSupport", "Journal", "Wire", "CPlatform"]),
        tests(
            "PatchbayTests", ["TestSupport", "Patchbay", "Bus", "Events", "Hosting", "Twilio", "Wire", argumentParser]),
        tests("PhoneTests", ["Phone"]),
        tests("TidyTests", [subprocess, system]),
        tests(
            "SandboxTests",
            [
                "TestSupport", "Sandbox", "Events", "Hosting", "Twilio", asyncHTTPClient, httpTypes, hummingbird,
                hummingbirdTesting, logging, nioCore, nioPosix,
            ]),
        tests(
            "SyncSvcTests",
            ["TestSupport", "SyncSvc", "Bus", "Events", "Hosting", "Phone", "Twilio", "TwilioREST", logging]),
        tests("TwilioTests", ["TestSupport", "Twilio", "Events"]),
        tests(
            "TwilioRESTTests",
            [
                "TestSupport", "TwilioREST", "Twilio", "Events", asyncHTTPClient, httpTypes, hummingbird, logging,
                nioCore, nioHTTP1, nioPosix,
            ]),
        tests("WireTests", ["Wire"]),
    ]
)

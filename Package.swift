// swift-tools-version:6.2
import PackageDescription

// Every Swift target is compiled with the same settings; see docs/decisions/0001-module-walls.md.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // A warning fails a debug build, which is what `make test` and developers make; never somebody's release build
    // with a newer compiler.
    .treatAllWarnings(as: .error, .when(configuration: .debug)),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A plugin is a leaf: it sees the SDK and what it names here, and nothing `package`-internal.
func plugin(_ name: String, path: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
    let kit: [Target.Dependency] = ["SluiceSDK"] + dependencies
    return [
        .target(
            name: name, dependencies: kit, path: "Plugins/\(path)/Sources", packageAccess: false,
            swiftSettings: settings),
        .testTarget(
            name: name + "Tests", dependencies: [.target(name: name), "SluiceTesting"] + kit,
            path: "Plugins/\(path)/Tests", packageAccess: false, swiftSettings: settings),
    ]
}

let bundledPlugins: [[Target]] = [
    plugin("HTTPPushTransport", path: "Transports/HTTPPush"),
    plugin("HTTPPollTransport", path: "Transports/HTTPPoll", ["CurlKit"]),
    plugin("RemoteFilesTransport", path: "Transports/RemoteFiles", ["CurlKit"]),
    plugin("DirectoryTransport", path: "Transports/Directory"),
    plugin("ExchangeTableTransport", path: "Transports/ExchangeTable", ["TableKit"]),
    plugin("ExchangeTableSender", path: "Senders/ExchangeTable", ["TableKit"]),
    plugin("ExecTransport", path: "Transports/Exec", ["ExecKit"]),
    plugin("ExecSender", path: "Senders/Exec", ["ExecKit"]),
    plugin("MailboxTransport", path: "Transports/Mailbox", ["CurlKit"]),
    plugin("JSONFormat", path: "Formats/JSON"),
    plugin("NDJSONFormat", path: "Formats/NDJSON"),
    plugin("CSVFormat", path: "Formats/CSV"),
    plugin("EmailFormat", path: "Formats/Email", ["CGMime"]),
    plugin("XMLFormat", path: "Formats/XML"),
    plugin("FormFormat", path: "Formats/Form"),
    plugin("HTTPSender", path: "Senders/HTTP", ["CurlKit"]),
    plugin("MailSender", path: "Senders/Mail", ["CurlKit"]),
    plugin("WebhookSender", path: "Senders/Webhook", ["CurlKit"]),
    plugin("DirectorySender", path: "Senders/Directory"),
    plugin("RemoteFilesSender", path: "Senders/RemoteFiles", ["CurlKit"]),
]

let pluginNames: [Target.Dependency] = [
    "HTTPPushTransport", "HTTPPollTransport", "DirectoryTransport", "JSONFormat", "NDJSONFormat", "CSVFormat",
    "EmailFormat", "XMLFormat", "FormFormat", "HTTPSender", "WebhookSender", "DirectorySender", "MailboxTransport",
    "MailSender", "RemoteFilesTransport", "RemoteFilesSender", "ExchangeTableTransport", "ExchangeTableSender",
    "ExecTransport", "ExecSender",
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "sluice",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .library(name: "SluiceSDK", targets: ["SluiceSDK"]),
        .library(name: "SluiceTesting", targets: ["SluiceTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries: module maps only, from Debian's -dev packages.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CSpawn"),
        .systemLibrary(name: "CIconv"),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),

        // Foundations.
        module("SluiceSDK", ["CCrypto", "CIconv", "CLibXML2", "CPCRE2", "CSimdjson"]),
        module("CurlKit", ["SluiceSDK", "CCurl"]),
        module("PostgresKit", ["SluiceSDK", "CPQ"]),
        module("ExecKit", ["SluiceSDK", "CSpawn"]),
        module("TableKit", ["SluiceSDK", "PostgresKit", "CSQLite"]),
        module("SluiceConfig", ["SluiceSDK", .product(name: "Yams", package: "Yams")]),
        module("SluiceStore", ["SluiceSDK", "CZstd", grdb, .product(name: "GRDBSQLite", package: "GRDB.swift"), log]),
        // Server programs on loopback: what tests and the simulator have in common.
        module("ServerKit", ["CSpawn"]),
        module("SluiceTesting", ["SluiceSDK", "ServerKit"]),

        // TLS of the listeners, which two zones have.
        module(
            "SluiceTLS",
            [
                "SluiceSDK", "CCrypto", log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),

        // How listeners end, ours and the demonstration's.
        module("ListenerKit", [log, .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")]),

        // The three zones know the boundary and what lies below it, never each other.
        module("SluiceBoundary", ["SluiceSDK", "SluiceStore", "PostgresKit", "CCrypto", grdb, log]),
        module(
            "SluiceExternal",
            [
                "SluiceSDK", "CurlKit", "SluiceConfig", "SluiceStore", "SluiceBoundary", "SluiceTLS", "CLibXML2", grdb,
                hummingbird,
                log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        module("SluiceRelay", ["SluiceSDK", "SluiceConfig", "SluiceStore", "SluiceBoundary", grdb, log]),
        module("SluiceInternal", ["SluiceSDK", "SluiceConfig", "SluiceStore", "SluiceBoundary", grdb, log]),
        module(
            "SluiceConsole",
            [
                "SluiceSDK", "SluiceInternal", "SluiceTLS", "ListenerKit", hummingbird, log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),

        // The other ends, for demonstrations and tests: upstreams made from the channels' own files.
        module(
            "SluiceSimulator",
            [
                "SluiceSDK", "SluiceConfig", "CurlKit", "TableKit", "ServerKit", "ListenerKit", hummingbird, log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),

        .executableTarget(
            name: "sluice",
            dependencies: [
                "SluiceSDK", "SluiceConfig", "SluiceStore", "SluiceBoundary", "SluiceExternal", "SluiceRelay",
                "SluiceInternal", "SluiceConsole", "SluiceTLS", "SluiceSimulator", "ServerKit", "ListenerKit",
                "CurlKit", "PostgresKit", "TableKit", "CMalloc", hummingbird, log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ] + pluginNames,
            swiftSettings: settings),

        // `make bench`: load from outside, measured at the handler.
        .executableTarget(
            name: "sluice-bench",
            dependencies: [
                "SluiceSDK", "SluiceTesting", "SluiceBoundary", "SluiceConfig", "SluiceExternal", "SluiceStore",
                "NDJSONFormat", "CSimdjson", grdb, log, .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], path: "Benchmarks/Sources", swiftSettings: settings),

        tests("BenchmarkTests", ["sluice-bench", "SluiceSDK", "SluiceTesting", grdb]),
        tests("SluiceSDKTests", ["SluiceSDK", "SluiceTesting"]),
        tests(
            "CurlKitTests",
            [
                "CurlKit", "SluiceSDK", "ServerKit", "ListenerKit", hummingbird, log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        tests("PostgresKitTests", ["PostgresKit", "SluiceSDK", "SluiceTesting"]),
        tests("SluiceConfigTests", ["SluiceConfig", "SluiceSDK", "SluiceTesting"]),
        tests("SluiceTLSTests", ["SluiceTLS", "SluiceSDK", "SluiceTesting", log]),
        tests("SluiceStoreTests", ["SluiceSDK", "SluiceStore", "SluiceTesting", grdb]),
        tests(
            "SluiceBoundaryTests",
            ["SluiceBoundary", "SluiceStore", "PostgresKit", "SluiceSDK", "SluiceTesting", grdb, log]),
        // A zone with a format that crashes; SluiceExternalTests starts it.
        .executableTarget(
            name: "CrashChild",
            dependencies: ["SluiceExternal", "SluiceBoundary", "SluiceConfig", "SluiceSDK", "DirectoryTransport", log],
            path: "Tests/CrashChild", swiftSettings: settings),
        tests(
            "SluiceExternalTests",
            [
                "CrashChild",
                "SluiceExternal", "SluiceBoundary", "SluiceConfig", "SluiceStore", "SluiceSDK", "SluiceTesting",
                "SluiceTLS", "CurlKit",
                grdb, log,
            ] + pluginNames),
        tests(
            "SluiceRelayTests",
            [
                "SluiceRelay", "SluiceBoundary", "SluiceConfig", "SluiceStore", "PostgresKit", "SluiceSDK",
                "SluiceTesting", grdb, log,
            ]),
        tests(
            "SluiceInternalTests",
            [
                "SluiceInternal", "SluiceConsole", "SluiceBoundary", "SluiceConfig", "SluiceStore", "SluiceSDK",
                "SluiceTLS", "SluiceTesting", "ListenerKit", "CurlKit", "WebhookSender", hummingbird, grdb, log,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        tests(
            "ListenerKitTests",
            ["ListenerKit", log, .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")]),
        tests("SluiceTestingTests", ["SluiceTesting", "SluiceSDK"]),
        // Cuts the power of all zones at any point of what they do; PowerCutTests starts it, and so does `make torture`.
        .target(name: "CPowerDisk", path: "Tests/PowerCut/Disk", linkerSettings: [.linkedLibrary("dl")]),
        .executableTarget(
            name: "PowerCut",
            dependencies: [
                "CPowerDisk", "SluiceExternal", "SluiceRelay", "SluiceInternal", "SluiceBoundary", "SluiceConfig",
                "SluiceStore", "SluiceSDK", "DirectoryTransport", "JSONFormat", grdb, log,
            ], path: "Tests/PowerCut/Sources", swiftSettings: settings),
        tests("PowerCutTests", ["PowerCut", "SluiceTesting"]),
        // The plugin of docs/write-a-transport.md.
        tests("ExampleTests", ["SluiceTesting", "SluiceSDK"]),
        tests(
            "SluiceSimulatorTests",
            [
                "SluiceSimulator", "SluiceConfig", "SluiceSDK", "SluiceTesting", "ServerKit", "CurlKit", "TableKit",
                "HTTPPollTransport", "MailboxTransport", "RemoteFilesTransport", "DirectoryTransport", "JSONFormat",
                "CSVFormat", "EmailFormat", "HTTPSender", "MailSender", "RemoteFilesSender", "DirectorySender",
                "ExchangeTableSender", "ExecSender",
            ]),
        tests("WallTests", []),
        tests(
            "EndToEndTests",
            [
                "SluiceSDK", "SluiceConfig", "SluiceStore", "SluiceBoundary", "SluiceExternal", "SluiceRelay",
                "SluiceInternal", "SluiceTLS", "SluiceTesting", "CurlKit", "PostgresKit", "CZstd", "sluice", grdb, log,
            ]),
    ] + bundledPlugins.flatMap { $0 },
    cxxLanguageStandard: .cxx17
)

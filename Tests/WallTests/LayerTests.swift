import Testing

/// The table of docs/decisions/0001-module-walls.md, held against Package.swift and every file.
@Suite struct LayerTests {
    /// What a module of ours may declare among the modules of ours; C libraries and other packages are its own affair.
    static let permitted: [String: Set<String>] = [
        "SluiceSDK": [],
        "CurlKit": ["SluiceSDK"],
        "PostgresKit": ["SluiceSDK"],
        "TableKit": ["SluiceSDK", "PostgresKit"],
        "ExecKit": ["SluiceSDK"],
        "SluiceConfig": ["SluiceSDK"],
        "SluiceStore": ["SluiceSDK"],
        "ServerKit": [],
        "SluiceTesting": ["SluiceSDK", "ServerKit"],
        "SluiceBoundary": ["SluiceSDK", "SluiceStore", "PostgresKit"],
        "SluiceTLS": ["SluiceSDK"],
        "ListenerKit": [],
        "SluiceExternal": ["SluiceSDK", "CurlKit", "SluiceConfig", "SluiceStore", "SluiceBoundary", "SluiceTLS"],
        "SluiceRelay": ["SluiceSDK", "SluiceConfig", "SluiceStore", "SluiceBoundary"],
        "SluiceInternal": ["SluiceSDK", "SluiceConfig", "SluiceStore", "SluiceBoundary"],
        "SluiceConsole": ["SluiceSDK", "SluiceInternal", "SluiceTLS", "ListenerKit"],
        "SluiceSimulator": ["SluiceSDK", "SluiceConfig", "CurlKit", "TableKit", "ServerKit", "ListenerKit"],
    ]
    static let permittedToPlugins: Set = ["SluiceSDK", "CurlKit", "PostgresKit", "TableKit", "ExecKit"]

    /// Modules of the toolchain, which no target declares.
    static let toolchain: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "PackageDescription", "Synchronization", "Testing",
    ]

    /// Where a product's modules are not named like the product.
    static let modulesOfProducts = ["Hummingbird": ["Hummingbird", "HummingbirdCore"]]

    @Test func everyModuleDeclaresOnlyWhatLiesBelowIt() throws {
        let manifest = try Manifest.current.get()
        let libraries = try manifest.modules.filter { try Repository.swiftFiles($0.path).isEmpty }.map(\.name)
        let ours = manifest.modules.filter { !$0.isTest && !$0.isPlugin && !libraries.contains($0.name) }
        // The two programs see everything.
        for module in ours where !["sluice", "sluice-bench"].contains(module.name) {
            let permitted = try #require(Self.permitted[module.name], "\(module.name) has no row in the table")
            let declared = module.targets.filter { Self.permitted[$0] != nil || manifest[$0]?.isPlugin == true }
            #expect(declared.isSubset(of: permitted), "\(module.name) declares \(declared.subtracting(permitted))")
        }
    }

    @Test func pluginsDeclareTheSDKAndNoOtherModuleOfOurs() throws {
        let manifest = try Manifest.current.get()
        #expect(!manifest.plugins.isEmpty)
        for plugin in manifest.plugins {
            let libraries = plugin.targets.filter { manifest[$0]?.kind == "system" }
            let others = plugin.targets.subtracting(libraries).subtracting(Self.permittedToPlugins)
            #expect(others.isEmpty, "\(plugin.name) declares \(others)")
            #expect(plugin.products.isEmpty, "\(plugin.name) declares products \(plugin.products)")
        }
    }

    @Test func pluginsAndTheirTestsSeeNoPackageSymbols() throws {
        let manifest = try Manifest.current.get()
        for module in manifest.modules where module.path.hasPrefix("Plugins/") {
            #expect(!module.seesPackageSymbols, "\(module.name) needs packageAccess: false")
        }
    }

    /// Stricter than the build, which takes a dependency's dependency for declared and looks at no C library.
    @Test func everyImportIsDeclaredByItsOwnTarget() throws {
        let manifest = try Manifest.current.get()
        for module in manifest.modules where module.kind != "system" {
            let products = module.products.flatMap { Self.modulesOfProducts[$0] ?? [$0] }
            // A program's module is named like it, as Swift spells names.
            let targets = module.targets.map { $0.replacing("-", with: "_") }
            let known = Set(targets).union(products).union(Self.toolchain)
            for file in try Repository.swiftFiles(module.path) {
                let imported = Set(SourceImports.modules(in: try Repository.text(file)))
                let undeclared = imported.subtracting(known).sorted()
                #expect(undeclared.isEmpty, "\(file) imports \(undeclared), which \(module.name) does not declare")
            }
        }
    }

    @Test(arguments: [
        ("import SluiceSDK", "SluiceSDK"), ("@testable import SluiceRelay", "SluiceRelay"),
        ("public import struct Foundation.URL", "Foundation"), ("    internal import CCrypto // why", "CCrypto"),
        ("@_exported @preconcurrency package import GRDB", "GRDB"), ("import Yams;", "Yams"),
    ])
    func importLinesOfEveryFormAreSeen(line: String, module: String) {
        #expect(SourceImports.module(line) == module)
    }

    @Test(arguments: ["// import Yams", "let imported = 1", "important()", ""])
    func otherLinesAreNotImports(line: String) {
        #expect(SourceImports.module(line) == nil)
    }
}

import Testing

/// Adding a plugin touches one folder, one line in Package.swift and one line in PluginCatalog.swift, and nothing is
/// forgotten.
@Suite struct PluginFolderTests {
    static let kinds = ["Transports": "Transport", "Formats": "Format", "Senders": "Sender"]

    /// `Plugins/<kind>/<name>`.
    static func folders() throws -> [String] {
        try Repository.folders("Plugins").flatMap { kind in
            try Repository.folders("Plugins/\(kind)").map { "Plugins/\(kind)/\($0)" }
        }
    }

    /// `Plugins/Formats/CSV` holds the module CSVFormat.
    static func moduleName(_ folder: String) -> String? {
        let parts = folder.split(separator: "/").map(String.init)
        return kinds[parts[1]].map { parts[2] + $0 }
    }

    @Test func everyKindOfPluginIsKnown() throws {
        #expect(Set(try Repository.folders("Plugins")).isSubset(of: Self.kinds.keys))
    }

    @Test func everyFolderIsAModuleOfThePackageAndNoneIsMissing() throws {
        let manifest = try Manifest.current.get()
        let expected = Set(try Self.folders().compactMap(Self.moduleName))
        #expect(Set(manifest.plugins.map(\.name)) == expected)
        for folder in try Self.folders() {
            let name = try #require(Self.moduleName(folder))
            #expect(manifest[name]?.path == "\(folder)/Sources")
            #expect(manifest[name + "Tests"]?.path == "\(folder)/Tests")
        }
    }

    @Test func everyFolderHasSourcesTestsAndAReadme() throws {
        for folder in try Self.folders() {
            #expect(try Repository.swiftFiles("\(folder)/Sources").isEmpty == false, "\(folder) has no sources")
            let tests = try Repository.swiftFiles("\(folder)/Tests")
            #expect(try tests.contains { try Repository.text($0).contains("@Test") }, "\(folder) has no tests")
            #expect(Repository.exists("\(folder)/README.md"), "\(folder) has no README.md")
        }
    }

    @Test func theCatalogueNamesEveryPluginOnce() throws {
        let manifest = try Manifest.current.get()
        let catalogue = try Repository.text("Sources/sluice/PluginCatalog.swift")
        let imported = SourceImports.modules(in: catalogue)
            .filter { name in Self.kinds.values.contains { name.hasSuffix($0) } }
        #expect(imported.sorted() == manifest.plugins.map(\.name).sorted())
        for plugin in manifest.plugins {
            let types = try Self.pluginTypes(plugin)
            #expect(!types.isEmpty, "\(plugin.name) has no type with a PluginSpec")
            for type in types {
                let mentions = catalogue.matches(of: try Regex("\\b\(type)\\.self\\b")).count
                #expect(mentions == 1, "PluginCatalog.swift names \(type).self \(mentions) times")
            }
        }
    }

    @Test func onlyTheCatalogueImportsPlugins() throws {
        let plugins = Set(try Manifest.current.get().plugins.map(\.name))
        for file in try Repository.swiftFiles("Sources") where file != "Sources/sluice/PluginCatalog.swift" {
            let imported = plugins.intersection(SourceImports.modules(in: try Repository.text(file)))
            #expect(imported.isEmpty, "\(file) imports \(imported.sorted())")
        }
    }

    /// The types that conform to one of the SDK's plugin protocols.
    private static func pluginTypes(_ plugin: Manifest.Module) throws -> [String] {
        let declaration = /public (?:final )?(?:struct|class|actor) (\w+)\s*:([^{]*)\{/
        let protocols: Set = ["Transport", "PushTransport", "Format", "ReplySender", "DeliverySender"]
        return try Repository.swiftFiles(plugin.path).flatMap { file in
            try Repository.text(file).matches(of: declaration)
                .filter { match in !protocols.isDisjoint(with: match.2.split { !$0.isLetter }.map(String.init)) }
                .map { String($0.1) }
        }
    }
}

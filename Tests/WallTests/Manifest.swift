import Foundation

/// Package.swift as SwiftPM understands it.
struct Manifest: Sendable {
    struct Module: Sendable {
        var name: String
        var kind: String
        /// Relative to the root.
        var path: String
        /// Other targets of this package.
        var targets: Set<String>
        /// Products of other packages.
        var products: Set<String>
        var seesPackageSymbols: Bool

        /// Tests, and programs that only tests start.
        var isTest: Bool { kind == "test" || path.hasPrefix("Tests/") }
        var isPlugin: Bool { path.hasPrefix("Plugins/") && !isTest }
    }

    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }

    var modules: [Module]

    subscript(name: String) -> Module? { modules.first { $0.name == name } }

    var plugins: [Module] { modules.filter(\.isPlugin) }

    /// Read once; every test that asks sees the same failure.
    static let current = Result { try Manifest(json: dump()) }

    init(json: Data) throws {
        let decoded = try JSONDecoder().decode(Dumped.self, from: json)
        modules = decoded.targets.map { target in
            let folder = target.type == "test" ? "Tests" : "Sources"
            return Module(
                name: target.name, kind: target.type, path: target.path ?? "\(folder)/\(target.name)",
                targets: Set(target.dependencies.compactMap(\.target)),
                products: Set(target.dependencies.compactMap(\.product)),
                seesPackageSymbols: target.packageAccess)
        }
    }

    /// A scratch folder of its own: the build that runs these tests holds the lock on the other.
    private static func dump() throws -> Data {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-walls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let output = scratch.appendingPathComponent("package.json")
        try Data().write(to: output)

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", Repository.root.path, "--scratch-path", scratch.path, "dump-package",
        ]
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unreadable(description: "swift package dump-package ended with \(process.terminationStatus)")
        }
        return try Data(contentsOf: output)
    }
}

private struct Dumped: Decodable {
    struct Target: Decodable {
        var name: String
        var type: String
        var path: String?
        var packageAccess: Bool
        var dependencies: [Dependency]
    }

    /// `{"byName": ["X", null]}`, `{"target": ["X", null]}` or `{"product": ["P", "package", null, null]}`.
    struct Dependency: Decodable {
        var target: String?
        var product: String?

        private enum Keys: String, CodingKey { case byName, target, product }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            for key in [Keys.byName, .target] where container.contains(key) {
                target = try Self.name(in: container, key)
            }
            if container.contains(.product) { product = try Self.name(in: container, .product) }
        }

        private static func name(in container: KeyedDecodingContainer<Keys>, _ key: Keys) throws -> String {
            var list = try container.nestedUnkeyedContainer(forKey: key)
            return try list.decode(String.self)
        }
    }

    var targets: [Target]
}

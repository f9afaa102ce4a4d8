import Testing

/// Rules of the house that a reader would otherwise have to check by eye.
@Suite struct HouseRuleTests {
    /// Longer files, each with its reason.
    static let longFiles: [String: String] = [:]

    @Test(arguments: ["SluiceExternal", "SluiceRelay", "SluiceInternal"])
    func theFlowOfAZoneReadsInOneShortFile(zone: String) throws {
        let pipelines = try Repository.swiftFiles("Sources/\(zone)").filter { $0.hasSuffix("/Pipeline.swift") }
        #expect(pipelines.count == 1, "\(zone) needs one Pipeline.swift")
        for file in pipelines {
            #expect(try Self.lines(file) <= 150, "\(file) is the map of the zone: move details out")
        }
    }

    @Test(arguments: ["Sources", "Plugins"])
    func filesStayShort(folder: String) throws {
        for file in try Repository.swiftFiles(folder) where Self.longFiles[file] == nil {
            let count = try Self.lines(file)
            #expect(count <= 400, "\(file) has \(count) lines: a type wants to come out")
        }
    }

    @Test func theListOfLongFilesIsUpToDate() throws {
        for file in Self.longFiles.keys {
            #expect(try Self.lines(file) > 400, "\(file) is short enough: take it off the list")
        }
    }

    @Test(arguments: ["TODO", "FIXME", "fatalError(", "try!", "as!"])
    func nothingIsLeftForLaterAndNothingTraps(word: String) throws {
        for file in try Repository.swiftFiles("Sources") + Repository.swiftFiles("Plugins") {
            #expect(try !Repository.text(file).contains(word), "\(file) contains \(word)")
        }
    }

    private static func lines(_ file: String) throws -> Int {
        try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count
    }
}

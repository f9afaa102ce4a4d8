import CurlKit
import Foundation
import SluiceTesting
import Testing

/// Each arena of malloc keeps what a batch once needed in it, and glibc makes eight for each core where nobody limits it.
struct MemoryArenaTests {
    @Test func zonesHaveTwoArenasForEachCore() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        for number in 1...20 { #expect(try await gateway.push("[\(Gateway.record(number))]").status == 200) }
        #expect(try arenas(of: #require(gateway.processID)) <= 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// And the count sees arenas where they are.
    @Test(arguments: [["MALLOC_ARENA_MAX": "64"], ["GLIBC_TUNABLES": "glibc.malloc.arena_max=64"]])
    func whatTheOperatorSetStays(_ setting: [String: String]) async throws {
        let gateway = try await Gateway()
        try await gateway.start(adding: setting)
        for number in 1...20 { #expect(try await gateway.push("[\(Gateway.record(number))]").status == 200) }
        #expect(try arenas(of: #require(gateway.processID)) > 4)
    }

    /// The main one and the others, which glibc places in 64 MiB of addresses each, beginning at a multiple of it: what
    /// is in use first, then what may not be touched yet.
    private func arenas(of process: Int32) throws -> Int {
        let size: UInt = 64 << 20
        let maps = String(decoding: try readFile("/proc/\(process)/maps"), as: UTF8.self)
        let regions = maps.split(separator: "\n").compactMap { line -> Range<UInt>? in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            // Without a file.
            guard words.count == 5, ends.count == 2 else { return nil }
            return ends[0]..<ends[1]
        }
        let others = regions.indices.count { index in
            guard regions[index].lowerBound % size == 0, index + 1 < regions.count else { return false }
            let (used, rest) = (regions[index], regions[index + 1])
            return used.upperBound == rest.lowerBound && rest.upperBound == used.lowerBound + size
        }
        return 1 + others
    }
}

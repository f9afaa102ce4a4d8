import Foundation
import Testing

@testable import sluice_bench

@Suite(.serialized) struct CoresTests {
    @Test func aListOfCoresAsTheKernelWritesIt() {
        #expect(Cores.listed("0-2,5") == [0, 1, 2, 5])
        #expect(Cores.listed("3") == [3])
        #expect(Cores.listed("") == [])
    }

    private var allowed: [Int] {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return Cores.listed(line?.split(separator: "\t").last.map(String.init) ?? "")
    }

    @Test(.enabled(if: ProcessInfo.processInfo.activeProcessorCount > 1, "one core: nothing can keep off it"))
    func theLoadKeepsOffOneCoreAndComesBack() throws {
        let before = allowed
        var during: [Int] = []
        try offOneCore(before[0]) { during = allowed }
        #expect(during == Array(before.dropFirst()))
        #expect(allowed == before)
        #expect(throws: SocketError.self) { try offOneCore(before[0]) { throw SocketError("work") } }
        #expect(allowed == before)
    }
}

import SluiceSDK
import SluiceTesting
import Testing

@testable import RemoteFilesTransport

@Suite struct RemoteConformanceTests {
    @Test(arguments: ConformanceCase.allCases, RemoteBench.Kind.allCases)
    func conforms(_ scenario: ConformanceCase, kind: RemoteBench.Kind) async throws {
        try await TransportConformance.run(scenario) {
            try await RemoteBench(kind, isRelayed: scenario.wantsRelay)
        }
    }

    @Test(arguments: ConformanceCase.allCases, ["delete", "keep"])
    func conformsWhateverHappensAfterwards(_ scenario: ConformanceCase, after: String) async throws {
        try await TransportConformance.run(scenario) {
            try await RemoteBench(.sftp, after: after, isRelayed: scenario.wantsRelay)
        }
    }
}

extension ConformanceCase {
    /// Where bytes are counted. A relay takes connections itself, so that a server that is down refuses none.
    fileprivate var wantsRelay: Bool { self == .brokenOff || self == .saturation }
}

import CurlKit
import SluiceSDK
import Testing

@Suite struct AllowedAddressTests {
    private static func get(_ url: String, _ allowed: [CIDR]?, _ client: CurlClient = CurlClient()) async throws -> Int
    {
        try await client.perform(CurlRequest("GET", url, allowed: allowed)).status
    }

    @Test func addressInsideTheRangesIsReached() async throws {
        let status = try await TestServer.run { port in
            try await Self.get("http://127.0.0.1:\(port)/hello", [CIDR("10.0.0.0/8"), CIDR("127.0.0.0/8")])
        }
        #expect(status == 200)
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f000001", "127.1"])
    func addressOutsideIsNeverConnectedTo(host: String) async throws {
        let error = try await TestServer.run { port in
            await #expect(throws: CurlError.self) {
                try await Self.get("http://\(host):\(port)/hello", [CIDR("10.0.0.0/8"), CIDR("fd00::/8")])
            }
        }
        #expect(error?.code == "curl.address-not-allowed")
        #expect(error?.reason.contains("10.0.0.0/8") == true)
    }

    @Test func mappedAddressCountsAsItsIPv4Address() async throws {
        let status = try await TestServer.run { port in
            try await Self.get("http://[::ffff:127.0.0.1]:\(port)/hello", [CIDR("127.0.0.1")])
        }
        #expect(status == 200)
    }

    @Test func noRangeAllowsNothing() async throws {
        let error = try await TestServer.run { port in
            await #expect(throws: CurlError.self) { try await Self.get("http://127.0.0.1:\(port)/hello", []) }
        }
        #expect(error?.code == "curl.address-not-allowed")
    }

    @Test func connectionKeptByAnotherRequestIsNoWayAround() async throws {
        let error = try await TestServer.run { port in
            let client = CurlClient()
            let url = "http://127.0.0.1:\(port)/hello"
            let first = try await Self.get(url, nil, client)
            #expect(first == 200)
            return await #expect(throws: CurlError.self) { try await Self.get(url, [CIDR("10.0.0.0/8")], client) }
        }
        #expect(error?.code == "curl.address-not-allowed")
    }
}

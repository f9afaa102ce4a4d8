import SluiceSDK
import Testing

@Suite struct CIDRTests {
    @Test(arguments: [
        ("10.0.0.0/24", "10.0.0.255", true), ("10.0.0.0/24", "10.0.1.0", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "::1", false), ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.2", false),
        ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false), ("::/0", "::1", true),
        ("::/0", "1.1.1.1", false),
        ("10.0.0.0/8", "::ffff:10.9.8.7", true), ("::ffff:10.0.0.0/104", "10.9.8.7", true),
        ("128.0.0.0/1", "200.1.1.1", true), ("10.0.0.0/31", "10.0.0.1", true), ("10.0.0.0/31", "10.0.0.2", false),
    ])
    func rangesHoldWhatTheySay(range: String, address: String, isInside: Bool) throws {
        let address = try #require(IPAddress(address))
        let range = try CIDR(range)
        #expect(range.contains(address) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "example.org", "fd00::/129", "::ffff:10.0.0.0/8",
        "10.0.0.0/8/8", "10.0.0.0/٣",
    ])
    func whatIsNoRangeIsRefused(text: String) {
        #expect(throws: CIDRError.self) { try CIDR(text) }
    }

    @Test func bitsBehindThePrefixAreRefusedWithTheRangeThatWasMeant() {
        let error = #expect(throws: CIDRError.self) { try CIDR("10.0.0.8/24") }
        #expect(error?.reason.contains("10.0.0.0/24") == true)
    }

    @Test func rangesPrintAsTheyAreWritten() throws {
        let (range, address) = (try CIDR("fd00::/8"), try CIDR("10.1.2.3"))
        #expect(range.description == "fd00::/8")
        #expect(address.description == "10.1.2.3/32")
    }
}

import SluiceSDK
import Testing

@Suite struct NetworkTextTests {
    @Test func queriesAreDecodedInOrder() {
        let pairs = QueryString.decode("b=1%202&a=%E4%B8%AD+x&c&d=%zz&e=%4")
        #expect(pairs.map(\.name) == ["b", "a", "c", "d", "e"])
        #expect(pairs.map(\.value) == ["1 2", "中 x", "", "%zz", "%4"])
    }

    @Test(arguments: [
        ("120", 120), ("0", 0), ("Tue, 14 Nov 2023 22:14:20 GMT", 60), ("Tue, 14 Nov 2023 22:00:00 GMT", 0),
        ("99999999999999999999", 86400), ("999999", 86400),
    ])
    func retryAfterIsSecondsOrADate(text: String, seconds: Int) {
        #expect(RetryAfter.parse(text, now: Timestamp(seconds: 1_700_000_000)) == .seconds(seconds))
    }

    @Test(arguments: ["", "-1", "1.5", "soon", "Tue, 14 Foo 2023 22:14:20 GMT"]) func otherRetryAfterIsNothing(
        text: String
    ) {
        #expect(RetryAfter.parse(text, now: Timestamp(seconds: 0)) == nil)
    }

    @Test(arguments: [
        ("http://Example.org:80/a", "example.org", false), ("https://[::1]:8443/", "::1", true),
        ("http://127.0.0.1", "127.0.0.1", true), ("http://localhost?x", "localhost", true),
    ])
    func hostsAreReadFromURLs(url: String, host: String, isLoopback: Bool) {
        let address = HTTPAddress(url)
        #expect(address?.host == host)
        #expect(address?.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", "ftp://a/", "http://", "http://user:pw@a/", "http://a b/", "http://{x}/", "//a/", "http:///a",
    ])
    func whatIsNoWebAddressIsNone(url: String) {
        #expect(HTTPAddress(url) == nil)
    }
}

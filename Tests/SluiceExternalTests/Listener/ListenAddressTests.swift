import Logging
import SluiceExternal
import SluiceSDK
import Testing

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1:8080"), ("localhost:0", "127.0.0.1:0"), ("[::1]:9", "[::1]:9"),
        ("127.8.9.1:65535", "127.8.9.1:65535"),
    ])
    func loopbackIsTaken(text: String, address: String) throws {
        let parsed = try ListenAddress.parse(text)
        #expect(parsed.description == address)
    }

    @Test(arguments: ["0.0.0.0:8080", "[::]:8080", "10.0.0.1:80", "192.168.1.1:80"])
    func otherAddressesNeedAProxyBeforeThem(text: String) throws {
        let error = #expect(throws: ListenError.self) { try ListenAddress.parse(text) }
        #expect(error?.code == "listen.not-loopback")
        #expect(error?.reason.contains("behind_proxy: true") == true)
        let parsed = try ListenAddress.parse(text, behindProxy: true)
        #expect(parsed.description == text)
    }

    @Test(arguments: [
        ("8080", "listen.syntax"), ("127.0.0.1", "listen.syntax"), ("127.0.0.1:", "listen.syntax"),
        ("127.0.0.1:65536", "listen.syntax"), ("127.0.0.1:-1", "listen.syntax"), (":8080", "listen.address"),
        ("example.org:80", "listen.address"), ("::1:80", "listen.address"), ("[127.0.0.1]:80", "listen.address"),
    ])
    func otherTextIsRefusedWithWhatToWrite(text: String, code: String) {
        let error = #expect(throws: ListenError.self) { try ListenAddress.parse(text) }
        #expect(error?.code == code)
        #expect(error?.reason.contains("write") == true)
    }

    @Test func takenPortIsSaidSo() async throws {
        let code = try await ListenerBench().run { port in
            let second = try PushListener(
                address: "127.0.0.1:\(port)", routes: ListenerBench(), logger: Logger(label: "test"))
            let error = await #expect(throws: ListenError.self) { try await second.bind() }
            return error?.code
        }
        #expect(code == "listen.in-use")
    }
}

import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// What docs/write-a-transport.md shows is what is compiled and tested here.
@Suite struct DocumentTests {
    @Test(arguments: ["AppendedLinesTransport.swift", "AppendedLinesTests.swift"])
    func theDocumentShowsTheFileAsItIs(_ name: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        let document = String(decoding: try readFile(root.path + "/docs/write-a-transport.md"), as: UTF8.self)
        let file = String(decoding: try readFile(tests.path + "/" + name), as: UTF8.self)
        #expect(document.contains("```swift\n// \(name)\n" + file + "```\n"))
    }

    @Test func halfALineWaitsForItsEnd() async throws {
        let bench = try FileBench()
        let transport = try bench.transport(.init(channelID: "a"))
        try writeFile(Array("one\ntw".utf8), bench.folder("calls"))
        try await transport.connect()
        #expect(try await transport.next()?.message.bytes == Array("one".utf8))
        let waiting = Task { try await transport.next() }
        try writeFile(Array("one\ntwo\n".utf8), bench.folder("calls"))
        #expect(try await waiting.value?.message.bytes == Array("two".utf8))
    }
}

import Foundation
import SluiceTesting
import Testing

/// Commands on files alone.
@Suite struct CommandTests {
    private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The shipped configuration, copied so that a test may spoil it.
    private func copiedConfiguration() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        try FileManager.default.copyItem(atPath: repository + "/channel-configs", toPath: folder.path + "/config")
        return folder
    }

    @Test func theSamplesOfTheShippedConfigurationPass() async throws {
        let result = try await Program.run(["test", "--config", repository + "/channel-configs"])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("0 failed"))
    }

    @Test func anAlteredSampleEndsTheCommandWithOneAndIsShown() async throws {
        let folder = try copiedConfiguration()
        let path = folder.path + "/config/samples/hotline-12345/ordinary-order/expected.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing(#""external_id": ""#, with: #""external_id": "X"#).write(
            toFile: path, atomically: true, encoding: .utf8)
        let result = try await Program.run(["test", "--config", folder.path + "/config"])
        #expect(result.status == 1)
        #expect(result.output.contains("hotline-12345/ordinary-order: differs from what is expected"))
    }

    @Test func checkNamesFileLineColumnRuleAndWhatToWrite() async throws {
        let folder = try copiedConfiguration()
        let path = folder.path + "/config/hotlines/hotline-12320.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "  pattern:", with: "  patern:").write(
            toFile: path, atomically: true, encoding: .utf8)
        let result = try await Program.run(
            ["check", "--config", folder.path + "/config"], environment: ["HOTLINE_12320_FOLDER": "/tmp"])
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                "hotline-12320.yaml:14:3 error [config.unknown-key] unknown key 'patern'; did you mean 'pattern'?"),
            "\(result.output)")
    }

    @Test func aFolderThatIsNotThereIsSaidInOneLine() async throws {
        let result = try await Program.run(["check", "--config", "/nowhere"])
        #expect(result.status == 1)
        #expect(result.errors.contains("there is no configuration folder '/nowhere'"))
    }

    @Test func wrongUsageExitsWithTwoOrMore() async throws {
        let result = try await Program.run(["tickets", "shwo"])
        #expect(result.status != 0 && result.status != 1)
    }

    @Test func keysArePrivateAndNeverOverwritten() async throws {
        let folder = TemporaryFolder()
        let arguments = ["boundary", "keys", "--config", repository + "/channel-configs", "--data", folder.path]
        #expect(try await Program.run(arguments).status == 0)
        let path = folder.path + "/relay/keys/relay.key"
        let first = try Data(contentsOf: URL(fileURLWithPath: path))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let second = try await Program.run(arguments)
        #expect(second.output.contains("there already"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/internal/keys/relay.pub"))
    }

    @Test(arguments: ["channel", "handler", "external", "relay", "internal", "intake"])
    func everySchemaIsJSONSchema(_ subject: String) async throws {
        let result = try await Program.run(["schema", subject])
        #expect(result.status == 0)
        let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(document?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(document?["type"] as? String == "object" || document?["else"] != nil, "a channel may extend a profile")
    }
}

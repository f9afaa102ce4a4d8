import Foundation
import SluiceTesting
import Testing

/// `sluice channels new`: what it writes can be checked and tried before a person has touched it.
@Suite struct NewChannelTests {
    private let folder = TemporaryFolder()

    init() throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        for name in ["external.yaml", "relay.yaml", "internal.yaml", "profiles", "rules"] {
            try FileManager.default.createDirectory(atPath: folder("config"), withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: repository + "/channel-configs/" + name, toPath: folder("config/" + name))
        }
        try FileManager.default.createDirectory(atPath: folder("config/handlers"), withIntermediateDirectories: true)
        let handler =
            "id: all\nname: all\nrole: owner\nfallback: true\ndeliver: { type: pull }\ntoken: ${env:ALL_TOKEN}\n"
        try handler.write(toFile: folder("config/handlers/all.yaml"), atomically: true, encoding: .utf8)
    }

    private func sluice(_ command: [String], _ environment: [String: String] = [:]) async throws -> Program.Result {
        try await Program.run(
            command + ["--config", folder("config")],
            environment: ["ALL_TOKEN": "token"].merging(environment) { $1 })
    }

    @Test(arguments: [
        ["hotline-new", "--profile", "city-push"], ["hotline-new", "--profile", "spreadsheet-drop"],
        ["hotline-new"], ["hotline-new", "--source", "http-poll", "--message", "ndjson"],
        ["hotline-new", "--source", "directory", "--message", "csv"],
    ])
    func aDraftPassesTheCheckAndItsSample(_ words: [String]) async throws {
        let written = try await sluice(["channels", "new"] + words)
        #expect(written.status == 0, "\(written)")
        let path = folder("config/hotlines/hotline-new.yaml")
        let draft = try String(contentsOfFile: path, encoding: .utf8)
        var environment: [String: String] = [:]
        for match in draft.matches(of: /\$\{env:([A-Z0-9_]+)\}/) {
            environment[String(match.1)] = match.1.hasSuffix("_URL") ? "http://127.0.0.1:1" : "given"
        }
        let check = try await sluice(["check"], environment)
        #expect(check.status == 0, "\(check)")
        #expect(check.output.contains("1 channels, 1 handlers: 0 errors"), "\(check)")
        let sample = try await sluice(["test", "hotline-new"])
        #expect(sample.output.contains("1 samples passed, 0 failed"), "\(sample)")
    }

    @Test func nothingIsOverwritten() async throws {
        #expect(try await sluice(["channels", "new", "web-new"]).status == 0)
        let path = folder("config/web/web-new.yaml")
        try "id: web-new # mine\n".write(toFile: path, atomically: true, encoding: .utf8)
        let again = try await sluice(["channels", "new", "web-new"])
        #expect(again.status == 1)
        #expect(again.errors.contains("is there already"), "\(again)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "id: web-new # mine\n")
    }

    @Test(arguments: [
        (["hotline-X"], "is no id"), (["park"], "--class hotline or --class web"),
        (["web-x", "--profile", "city-pusch"], "did you mean 'city-push'"),
        (["web-x", "--message", "jsn"], "there is no 'jsn' for 'format'"), (["web-../../x"], "is no id"),
    ])
    func aMistakeIsNamedAndNothingIsWritten(_ words: [String], _ says: String) async throws {
        let result = try await sluice(["channels", "new"] + words)
        #expect(result.status == 1)
        #expect(result.errors.contains(says), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: folder("config/web")))
    }
}

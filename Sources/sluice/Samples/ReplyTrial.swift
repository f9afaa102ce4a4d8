import Foundation
import SluiceConfig
import SluiceSDK
import SluiceSimulator

/// What a channel's own sender makes of a reply. By HTTP it is sent to a simulated source on loopback, with its address,
/// proof and `success`, and what arrived there counts; a file or a letter is what the sender would hand over.
struct ReplyTrial {
    let configFolder: String

    /// Headers that say something about the message; proofs differ from one second to the next.
    private static let shown: Set = ["content-type", "idempotency-key", "soapaction"]

    /// - Returns: request line, headers and body as they arrived, or the file's name and content, or the letter behind its
    ///   recipient; nil where the channel has no replies, or nothing shows them.
    /// - Throws: what the sender says, or `CommandFailure`.
    func send(_ sample: String, of channelID: String) async throws -> String? {
        let server = SimulatorServer()
        let port = Once<Int>()
        let serving = Task { try await server.run { port.set($0) } }
        defer { serving.cancel() }
        let number = try await port.value(orEndOf: serving)
        var plan = EnvironmentPlan()
        try plan.add(
            files: EnvironmentPlan.files(in: configFolder, ["hotlines", "web", "profiles"]),
            base: "http://127.0.0.1:\(number)", folder: NSTemporaryDirectory(), makesFolders: false)
        let workspace = try Workspace(
            configFolder: configFolder, dataFolder: "", environment: plan.values, references: .standIn,
            zones: [.external])
        let channel = try workspace.channel(channelID)
        guard let use = channel.reply?.sender,
            let type = PluginCatalog.replySenders.first(where: { $0.spec.name == use.type })
        else { return nil }
        let sender = try type.init(use.config, context: ChannelContext(channelID: channelID))
        let reply = try ReplySample(sample, channelID: channelID).reply
        guard use.type == "http" else { return try sender.draft(reply).map(Self.text) }
        let simulator = try Simulator(
            [channel], configuration: workspace.configuration, options: .init(seed: 1, rate: 1))
        simulator.attach(to: server)
        _ = try await sender.send(reply)
        guard let request = server.lastRequest, simulator.books.line(channelID).replies.count == 1 else {
            throw CommandFailure("the reply of \(channelID) did not arrive where the simulated source takes replies")
        }
        return Self.text(request)
    }

    /// Bytes of another charset are shown as what they mean.
    private static func text(_ draft: ReplyDraft) -> String {
        let body = String(decoding: Charset.auto.text(of: draft.body).bytes, as: UTF8.self)
        return "\(draft.target)\n\n" + body.replacing("\r\n", with: "\n") + "\n"
    }

    private static func text(_ request: PushRequest) -> String {
        let headers = request.headers.filter { shown.contains($0.name) }.sorted { $0.name < $1.name }
            .map { "\($0.name): \($0.value)\n" }
        return "\(request.method) \(request.path)\n" + headers.joined() + "\n"
            + String(decoding: request.body, as: UTF8.self) + "\n"
    }
}

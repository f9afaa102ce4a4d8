internal import SluiceSDK

/// `{"answer": "…", "status": 200}` taken; `{"refused": "…"}` never; `{"retry": "…", "after": 30}` again later. Nothing
/// at all is taken too, for its exit code was 0.
struct ProgramAnswer {
    let answer: SourceAnswer

    /// - Throws: `PluginError`.
    init(_ line: [UInt8]) throws {
        guard line.contains(where: { $0 != 0x20 && $0 != 0x0D }) else {
            answer = SourceAnswer(status: nil, excerpt: "taken")
            return
        }
        guard let root = try? JSONDocument.parse(line).root, root.kind == .object else {
            throw PluginError(
                .retry(after: .zero), "exec.answer", "its answer is no JSON object, so nobody knows if it was taken")
        }
        if let reason = root["refused"]?.string {
            throw PluginError(.rejected, "exec.refused", String(reason.prefix(500)))
        }
        if let reason = root["retry"]?.string {
            let pause = Duration.seconds(max(0, min(root["after"]?.integer ?? 0, 86_400)))
            throw PluginError(.retry(after: pause), "exec.retry", String(reason.prefix(500)))
        }
        answer = SourceAnswer(
            status: root["status"]?.integer, excerpt: String((root["answer"]?.string ?? "taken").prefix(500)))
    }
}

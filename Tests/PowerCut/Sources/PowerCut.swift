#if DEBUG
    import DirectoryTransport
    import Foundation
    import JSONFormat
    import SluiceConfig

    /// Cuts the power, very often: `PowerCut [--seed N] [--rounds N] [--cuts N] [--records N]`.
    ///
    /// Ends with 1 when a promise was broken, and also when a control that must lose does not.
    @main
    struct PowerCut {
        static func main() async throws {
            let options = Options(CommandLine.arguments)
            let base = Self.temporaryFolder()
            try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: base) }
            let channel = try Self.channel(base + "/config")
            let isGood = try await Trial(options: options, base: base, channel: channel).run()
            if !isGood {
                try? FileManager.default.removeItem(atPath: base)
                exit(1)
            }
        }

        /// In memory where that is possible: what is durable is our model's to say.
        private static func temporaryFolder() -> String {
            let shared = "/dev/shm"
            let parent = FileManager.default.isWritableFile(atPath: shared) ? shared : NSTemporaryDirectory()
            return parent + "/power-cut-" + UUID().uuidString
        }

        private static func channel(_ folder: String) throws -> ChannelFile {
            let text = """
                id: \(Gateway.channel)
                name: 测试热线
                class: hotline
                level: municipal
                authority: test
                source: { type: directory, path: /nowhere }
                format: { type: json, records: "$[*]" }
                ticket:
                  external_id: $.no
                  request_type: { const: help }
                  requested_datetime: { const: "2026-01-05T09:00:00+08:00" }
                  description: $.text

                """
            try FileManager.default.createDirectory(atPath: folder + "/hotlines", withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/hotlines/\(Gateway.channel).yaml"))
            let loaded = ConfigFolder.load(
                folder,
                specs: PluginSpecs(transports: [DirectoryTransport.spec], formats: [JSONFormat.spec]), environment: [:])
            guard let channel = loaded.goodChannels.first else { throw Surprise("the channel: \(loaded.channels)") }
            return channel
        }
    }

    struct Options {
        var seed: UInt64 = 1
        var rounds = 2
        var cuts = 60
        var records = 40

        init(_ arguments: [String]) {
            for (name, value) in zip(arguments, arguments.dropFirst()) {
                guard let number = Int(value) else { continue }
                switch name {
                case "--seed": seed = UInt64(number)
                case "--rounds": rounds = number
                case "--cuts": cuts = number
                case "--records": records = number
                default: break
                }
            }
        }
    }
#else
    /// The cuts reach into the zones, which only a debug build lets them.
    @main
    struct PowerCut {
        static func main() { print("PowerCut is a program of the debug build") }
    }
#endif

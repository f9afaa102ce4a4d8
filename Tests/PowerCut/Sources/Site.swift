#if DEBUG
    import DirectoryTransport
    import Foundation
    import JSONFormat
    import SluiceBoundary
    import SluiceConfig
    import SluiceSDK

    /// What people have put in place before anything runs: the channel, the inside's sealing key and the outside's
    /// certificate of it. It stands beside the disk that is cut.
    struct Site {
        let channel: ChannelFile
        private let sealing: KeyFiles.SealingPlace

        init(_ folder: String) throws {
            channel = try Self.channel(folder + "/config")
            sealing = KeyFiles.SealingPlace(
                folder: folder + "/keys/sealing", certificate: folder + "/keys/sealing.crt", copies: [])
            _ = try KeyFiles.prepareSealing(sealing)
        }

        /// Of a gateway that has just started: the keys that tickets share are new ones.
        func sealer() throws -> TicketSealer {
            try TicketSealer(certificateAt: sealing.certificate, clock: Gateway.clock)
        }

        func opener() throws -> TicketOpener { try TicketOpener(folder: sealing.folder) }

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
                  requester.name: { const: \(Citizen.name) }
                  requester.phone: $.tel

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

    /// Who asks: what nobody may read on the way, and must stand inside.
    enum Citizen {
        static let name = "王小明"

        /// Each record has its own, so that what was sealed for another ticket would be seen.
        static func phone(_ number: Int) -> String { "139" + String(100_000_000 + number).dropFirst() }

        static func externalID(_ number: Int) -> String { "N-\(number)" }

        static func phone(ofExternalID id: String) -> String? { Int(id.dropFirst(2)).map(phone) }
    }
#endif

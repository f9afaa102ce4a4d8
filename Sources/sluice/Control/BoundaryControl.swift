import SluiceBoundary
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK

/// What each zone's control socket does for `sluice boundary`: it speaks of the streams that this zone reads.
enum BoundaryControl {
    static let check = "boundary/check"
    static let resume = "boundary/resume"
    static let skip = "boundary/skip"

    static func actions(_ zone: ExternalZone) -> [String: ControlServer.Action] {
        actions(
            stops: { try await [zone.boundaryStop()].compactMap { $0 } },
            resuming: { stream in
                guard stream == BoundaryStream.relayToExternal.name else { throw unknown(stream) }
                try await zone.resumeBoundary()
            },
            skipping: { stream, person in
                guard stream == BoundaryStream.relayToExternal.name else { throw unknown(stream) }
                return try await zone.skipGap(by: person)
            })
    }

    static func actions(_ zone: RelayZone) -> [String: ControlServer.Action] {
        actions(
            stops: { try await zone.stops() },
            resuming: { stream in
                guard try await zone.resume(producer: try producer(of: stream)) else { throw unknown(stream) }
            },
            skipping: { stream, person in
                guard let gap = try await zone.skipGap(producer: try producer(of: stream), by: person) else {
                    throw unknown(stream)
                }
                return gap
            })
    }

    static func actions(_ zone: InternalZone) -> [String: ControlServer.Action] {
        actions(
            stops: { try await [zone.boundaryStop()].compactMap { $0 } },
            resuming: { stream in
                guard stream == BoundaryStream.relayToInternal.name else { throw unknown(stream) }
                try await zone.resumeBoundary()
            },
            skipping: { stream, person in
                guard stream == BoundaryStream.relayToInternal.name else { throw unknown(stream) }
                return try await zone.skipGap(by: person)
            })
    }

    /// Whose stream the relay reads under this name.
    @Sendable private static func producer(of stream: String) throws -> String {
        guard let stream = BoundaryStream(name: stream), stream.to == "relay" else { throw unknown(stream) }
        return stream.from
    }

    private static func actions(
        stops: @escaping @Sendable () async throws -> [ChainBreak],
        resuming: @escaping @Sendable (String) async throws -> Void,
        skipping: @escaping @Sendable (_ stream: String, _ person: String) async throws -> InletGap
    ) -> [String: ControlServer.Action] {
        [
            check: { _ in json(try await stops()) },
            resume: { request in
                try await resuming(request["stream"]?.string ?? "")
                return QuarantineControl.done
            },
            skip: { request in
                let gap = try await skipping(request["stream"]?.string ?? "", request["by"]?.string ?? "")
                var writer = JSONWriter()
                writer.beginObject()
                writer.field("gap", gap.description)
                writer.endObject()
                return writer.bytes
            },
        ]
    }

    private static func unknown(_ stream: String) -> CommandFailure {
        CommandFailure("this zone does not read a stream '\(stream)'")
    }

    private static func json(_ stops: [ChainBreak]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("stops")
        writer.beginArray()
        for stop in stops {
            writer.beginObject()
            writer.field("stream", stop.stream.name)
            writer.field("code", stop.code)
            writer.field("reason", stop.description)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

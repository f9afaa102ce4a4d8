import SluiceBoundary
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK

/// What each zone's control socket does for `sluice boundary`: it speaks of the streams that this zone reads.
enum BoundaryControl {
    static let check = "boundary/check"
    static let resume = "boundary/resume"

    static func actions(_ zone: ExternalZone) -> [String: ControlServer.Action] {
        actions(stops: { try await [zone.boundaryStop()].compactMap { $0 } }) { stream in
            guard stream == BoundaryStream.relayToExternal.name else { throw unknown(stream) }
            try await zone.resumeBoundary()
        }
    }

    static func actions(_ zone: RelayZone) -> [String: ControlServer.Action] {
        actions(stops: { try await zone.stops() }) { stream in
            guard stream.hasSuffix("-relay"), try await zone.resume(producer: String(stream.dropLast(6))) else {
                throw unknown(stream)
            }
        }
    }

    static func actions(_ zone: InternalZone) -> [String: ControlServer.Action] {
        actions(stops: { try await [zone.boundaryStop()].compactMap { $0 } }) { stream in
            guard stream == BoundaryStream.relayToInternal.name else { throw unknown(stream) }
            try await zone.resumeBoundary()
        }
    }

    private static func actions(
        stops: @escaping @Sendable () async throws -> [ChainBreak],
        resuming: @escaping @Sendable (String) async throws -> Void
    ) -> [String: ControlServer.Action] {
        [
            check: { _ in json(try await stops()) },
            resume: { request in
                try await resuming(request["stream"]?.string ?? "")
                return QuarantineControl.done
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

import SluiceBoundary
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK

/// What the control socket does for `sluice boundary`.
enum BoundaryControl {
    static let check = "boundary/check"
    static let resume = "boundary/resume"

    static func actions(external: ExternalZone, relay: RelayZone, internalZone: InternalZone) -> [String: ControlServer
        .Action]
    {
        [
            check: { _ in
                let stops =
                    try await relay.stops() + [external.boundaryStop(), internalZone.boundaryStop()].compactMap { $0 }
                return json(stops)
            },
            resume: { request in
                switch request["stream"]?.string {
                case BoundaryStream.externalToRelay.name: try await relay.resume(producer: "external")
                case BoundaryStream.internalToRelay.name: try await relay.resume(producer: "internal")
                case BoundaryStream.relayToExternal.name: try await external.resumeBoundary()
                case BoundaryStream.relayToInternal.name: try await internalZone.resumeBoundary()
                default:
                    throw CommandFailure(
                        "there is no such stream; they are external-relay, relay-internal, internal-relay, relay-external"
                    )
                }
                return QuarantineControl.done
            },
        ]
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

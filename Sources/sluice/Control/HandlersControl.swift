import SluiceInternal
import SluiceSDK

/// What the internal zone's control socket does for `sluice handlers`.
enum HandlersControl {
    static let pause = "handlers/pause"
    static let resume = "handlers/resume"
    static let redrive = "handlers/redrive"

    static func actions(_ zone: InternalZone) -> [String: ControlServer.Action] {
        [
            pause: { request in
                try await zone.pause(try handler(request), by: request["by"]?.string ?? "")
                return QuarantineControl.done
            },
            resume: { request in
                try await zone.resume(try handler(request))
                return QuarantineControl.done
            },
            redrive: { request in
                var writer = JSONWriter()
                writer.beginObject()
                writer.field(
                    "batches", try await zone.redrive(try handler(request), batch: request["batch"]?.string))
                writer.endObject()
                return writer.bytes
            },
        ]
    }

    private static func handler(_ request: JSONElement) throws -> String {
        guard let id = request["handler"]?.string else { throw CommandFailure("'handler' is missing") }
        return id
    }
}

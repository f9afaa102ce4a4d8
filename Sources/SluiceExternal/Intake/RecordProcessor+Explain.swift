public import SluiceSDK

extension RecordProcessor {
    /// For each record, how every field came to its value.
    public func explain(_ message: RawMessage, showingPersonal: Bool = false) -> [RecordExplanation] {
        var out: [RecordExplanation] = []
        do {
            try format.decode(message, limits: limits) { decoded in
                switch decoded {
                case .fault(let fault, _): out.append(.fault(fault))
                case .record(let record): out.append(.fields(mapping.explain(record, showingPersonal: showingPersonal)))
                }
            }
        } catch let fault as RecordFault {
            out.append(.fault(fault))
        } catch {
            out.append(.fault(RecordFault(.decode, "decode.failed", "the format failed: \(error)")))
        }
        return out
    }
}

public enum RecordExplanation: Sendable {
    case fields([FieldExplanation])
    case fault(RecordFault)
}

internal import SluiceSDK

/// One record on its way through the mapping.
struct MappingRun {
    let record: any Record
    var ticket = IntakeTicket()
    /// In the order of mapping, without repeats.
    var stripped: [String] = []
    /// Bytes of attachments, by their digest.
    var contents: [String: [UInt8]] = [:]
    /// Documents that `decode: json` and `decode: xml` unpacked, by slot.
    var documents: [UnpackedDocument?]
    /// What the source says later of a ticket is laid over it: a default, which it did not say, must not stand there.
    var followUp: FollowUpKind?
    /// Set for explanations only.
    var trace: MappingTrace?

    init(_ record: any Record, slots: Int) {
        self.record = record
        documents = Array(repeating: nil, count: slots)
    }

    mutating func noteStripped(_ field: String) {
        if !stripped.contains(field) { stripped.append(field) }
    }
}

/// What `explain` notes down while a field is mapped.
struct MappingTrace {
    var raw: String?
    var steps: [FieldExplanation.Step] = []
}

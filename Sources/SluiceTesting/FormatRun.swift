public import SluiceSDK

/// What a format made of one message: for tests of formats and of channels.
public struct FormatRun: Sendable {
    /// For every record in order, what each selector found.
    public var rows: [[SelectedValue]] = []
    /// Every record's own bytes, as text.
    public var texts: [String] = []
    /// Records that could not be decoded.
    public var faults: [RecordFault] = []
    /// The raw bytes of each of `faults`.
    public var raw: [[UInt8]] = []
    /// Why the message as a whole was not decoded or a selector gave up; what was handed over before it stands above.
    public var failure: RecordFault?

    /// Decodes a message and selects from every record.
    /// - Throws: `SelectorError` for a selector that the format does not take.
    public init(
        _ format: some Format, _ bytes: [UInt8], selecting selectors: [String] = [],
        limits: ChannelLimits = ChannelLimits(), contentType: String? = nil
    ) throws {
        let compiled = try selectors.map { try format.selector($0) }
        do {
            let message = RawMessage(bytes: bytes, contentType: contentType)
            try format.decode(message, limits: limits) { try take($0, compiled) }
        } catch let fault as RecordFault {
            failure = fault
        }
    }

    init(
        any format: any Format, _ message: RawMessage, selecting selectors: [String],
        limits: ChannelLimits = ChannelLimits()
    ) throws {
        try self.init(
            format, message.bytes, selecting: selectors, limits: limits, contentType: message.contentType)
    }

    public init(
        _ format: some Format, _ text: String, selecting selectors: [String] = [],
        limits: ChannelLimits = ChannelLimits()
    ) throws {
        try self.init(format, Array(text.utf8), selecting: selectors, limits: limits)
    }

    /// The codes of `faults`, in order.
    public var codes: [String] { faults.map(\.code) }

    private mutating func take(_ decoded: DecodedRecord, _ selectors: [Selector]) throws {
        switch decoded {
        case .record(let record):
            rows.append(try selectors.map { try record.select($0) })
            texts.append(String(decoding: record.bytes(), as: UTF8.self))
        case .fault(let fault, let bytes):
            faults.append(fault)
            raw.append(bytes)
        }
    }
}

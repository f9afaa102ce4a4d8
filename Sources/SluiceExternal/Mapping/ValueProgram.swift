internal import SluiceSDK

/// A value object, compiled: where the value comes from, the steps in their order, the default.
struct ValueProgram: Sendable {
    enum Source: Sendable {
        case selector(Selector)
        case constant(MappedValue)
        case join([Selector], with: String)
        case split(Selector, by: String)
        case template(FieldTemplate)
        case first([Selector])
        case digest([Selector])
    }

    enum Step: Sendable {
        case decode(TextDecoding)
        case unpack(Unpacking)
        case match(Pattern)
        case lookup([String: String])
        case clean(Cleaning)
        case date([DateReading], zone: Zone, written: Zone)
        case number
        case bool

        var name: String {
            switch self {
            case .decode(let decoding): "decode \(decoding.rawValue)"
            case .unpack(let unpacking): unpacking.name
            case .match: "match"
            case .lookup: "lookup"
            case .clean(let cleaning): "clean \(cleaning.rawValue)"
            case .date: "date"
            case .number: "number"
            case .bool: "bool"
            }
        }
    }

    /// What faults and explanations call the field: `title`, `attachments.name`.
    var field: String
    var source: Source
    var steps: [Step]
    /// The step that unpacks, when other fields may share what it unpacked.
    var sharedUnpacking: Int?
    var fallback: MappedValue
    /// A part of the value object is a secret, so nothing of the value is shown.
    var isSecret: Bool

    /// The selectors as written, for faults and explanations.
    var selectorText: String? {
        switch source {
        case .selector(let selector), .split(let selector, _): selector.text
        case .join(let selectors, _), .first(let selectors), .digest(let selectors):
            selectors.map(\.text).joined(separator: ", ")
        case .template(let template): template.text
        case .constant: nil
        }
    }

    func fault(_ code: String, _ reason: String) -> RecordFault {
        RecordFault(.map, code, reason, field: field, selector: isSecret ? nil : selectorText)
    }
}

enum TextDecoding: String, Sendable {
    case base64, url
    case htmlEntities = "html-entities"
}

enum Cleaning: String, Sendable {
    case text, html, phone, digits
}

enum DateReading: Sendable {
    case pattern(DatePattern)
    case rfc3339, epochSeconds, epochMilliseconds

    /// - Parameter written: the zone in which the moment will be written; nil when it has no spelling there.
    func read(_ text: String, in zone: Zone, written: Zone) -> Timestamp? {
        moment(text, in: zone).flatMap { $0.isWritable(in: written) ? $0 : nil }
    }

    private func moment(_ text: String, in zone: Zone) -> Timestamp? {
        switch self {
        case .pattern(let pattern): return pattern.parse(text, in: zone)
        case .rfc3339: return Timestamp(rfc3339: text)
        case .epochSeconds: return Self.epoch(text, scale: 1000)
        case .epochMilliseconds: return Self.epoch(text, scale: 1)
        }
    }

    /// Up to the year 9999, so that nothing overflows.
    private static func epoch(_ text: String, scale: Int64) -> Timestamp? {
        guard let number = Int64(text), number.magnitude <= 253_402_300_799_999 / UInt64(scale) else { return nil }
        return Timestamp(milliseconds: number * scale)
    }
}

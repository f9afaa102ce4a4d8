import SluiceExternal
import SluiceSDK

/// `sluice try --explain`: a block for each record, a line for each field and each step.
enum ExplanationText {
    static func text(_ records: [RecordExplanation]) -> String {
        records.enumerated().map { index, record in
            "record \(index)\n" + body(record)
        }.joined(separator: "\n")
    }

    private static func body(_ record: RecordExplanation) -> String {
        switch record {
        case .fault(let fault): "  reject \(fault)"
        case .fields(let fields): fields.map(field).joined(separator: "\n")
        }
    }

    private static func field(_ field: FieldExplanation) -> String {
        var lines = ["  \(field.field)"]
        if let selector = field.selector {
            lines.append("      \(selector) → \(field.raw.map { $0.shortened(to: 80) } ?? "(nothing)")")
        }
        for step in field.steps { lines.append("      \(step.name) → \(step.result.shortened(to: 80))") }
        if let fault = field.fault {
            lines.append("      reject \(fault)")
        } else {
            lines.append("      = \(field.value.map { $0.shortened(to: 80) } ?? "(left out)")")
        }
        return lines.joined(separator: "\n")
    }
}

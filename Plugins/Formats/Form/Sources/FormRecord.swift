internal import SluiceSDK

/// A form, one of its files, or one of a field's values.
struct FormRecord: Record {
    private enum Part {
        case form
        case file(FormFile)
        case value(String, of: String)
    }

    private let content: FormContent
    private let part: Part
    private let own: [UInt8]

    /// - Throws: `RecordFault` when its text is larger than a record may be.
    init(_ content: FormContent, limits: ChannelLimits) throws {
        self.content = content
        part = .form
        own = content.json()
        guard own.count <= limits.record else {
            throw RecordFault(.decode, "form.record-size", "the form's text is larger than \(limits.record) bytes")
        }
    }

    private init(_ content: FormContent, _ part: Part) {
        self.content = content
        self.part = part
        own = []
    }

    func select(_ selector: Selector) -> SelectedValue {
        switch selector.program as? FormSelector {
        case .field(let name): value(of: content.values(name))
        case .files(let field): value(of: files(field).map(\.name))
        case .own(let own): selectOwn(own)
        case nil: .missing
        }
    }

    func children(_ selector: Selector) -> [any Record] {
        switch selector.program as? FormSelector {
        case .files(let field): files(field).map { FormRecord(content, .file($0)) }
        case .field(let name):
            content.values(name).filter { !$0.isEmpty }.map { FormRecord(content, .value($0, of: name)) }
        default: []
        }
    }

    func content(_ selector: Selector) -> [UInt8]? {
        guard case .own(.content)? = selector.program as? FormSelector, case .file(let file) = part else { return nil }
        return file.bytes.map { Array($0) }
    }

    func bytes() -> [UInt8] { own }

    private func files(_ field: String?) -> [FormFile] {
        content.files.filter { field == nil || $0.field == field }
    }

    private func value(of texts: [String]) -> SelectedValue {
        if texts.isEmpty { return .missing }
        return texts.count == 1 ? .text(texts[0]) : .list(texts.map { .text($0) })
    }

    private func selectOwn(_ own: FormSelector.Own) -> SelectedValue {
        switch (part, own) {
        case (.file(let file), .name): .text(file.name)
        case (.file(let file), .type): file.mediaType.map { .text($0) } ?? .missing
        case (.file(let file), .size): .number("\(file.size)")
        case (.file(let file), .sha256): .text(file.sha256)
        case (.file(let file), .field): .text(file.field)
        case (.value(let value, _), .value): .text(value)
        case (.value(_, let field), .field): .text(field)
        default: .missing
        }
    }
}

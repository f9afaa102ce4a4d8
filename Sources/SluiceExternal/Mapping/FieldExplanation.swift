public import SluiceSDK

/// How one field came to its value.
public struct FieldExplanation: Sendable, Equatable {
    public struct Step: Sendable, Equatable {
        /// `match`, `lookup`, `clean html`, …
        public var name: String
        public var result: String

        public init(name: String, result: String) {
            self.name = name
            self.result = result
        }
    }

    public var field: String
    /// The selectors it reads, as written; nil for a constant.
    public var selector: String?
    /// What the selectors found.
    public var raw: String?
    public var steps: [Step]
    /// What stands in the ticket; nil when the field is left out.
    public var value: String?
    public var fault: RecordFault?

    public init(
        field: String, selector: String? = nil, raw: String? = nil, steps: [Step] = [], value: String? = nil,
        fault: RecordFault? = nil
    ) {
        self.field = field
        self.selector = selector
        self.raw = raw
        self.steps = steps
        self.value = value
        self.fault = fault
    }

    /// The same with every value hidden.
    func hidden(_ hide: (String) -> String) -> FieldExplanation {
        var copy = self
        copy.raw = raw.map(hide)
        copy.steps = steps.map { Step(name: $0.name, result: hide($0.result)) }
        copy.value = value.map(hide)
        return copy
    }
}

internal import SluiceSDK

extension ConfigType {
    /// Behind "is not".
    var noun: String {
        switch self {
        case .string, .secret: "text"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .duration: "a duration"
        case .size: "a size"
        case .rate: "a rate"
        case .choice: "one of the words known here"
        case .selector: "a selector"
        case .template: "a text with placeholders"
        case .textFile: "the name of a text file"
        case .mapping: "a selector or a map of steps"
        case .network: "an address range"
        case .scalar: "a single value"
        case .any: "a value"
        case .list: "a list"
        case .map, .object, .variant: "a map"
        case .oneOrMany(let element): "\(element.noun) or a list"
        }
    }

    /// Behind "write".
    var advice: String {
        switch self {
        case .string, .secret: "text"
        case .integer(let range): Self.advice(range)
        case .boolean: "true or false"
        case .duration: "a duration like 200ms, 30s, 10m, 24h or 30d"
        case .size: "a size like 512B, 256KiB or 8MiB"
        case .rate: "a rate like 2000/s or 100/m"
        case .choice(let choices): "one of " + choices.joined(separator: ", ")
        case .selector: "a selector"
        case .template: "text with {placeholders}"
        case .textFile: "the name of a file beside this one"
        case .mapping: "a selector, or a map like { from: …, clean: text }"
        case .network: "a range like 10.0.0.0/24"
        case .scalar: "a single value"
        case .any: "a value"
        case .list: "a list like [a, b]"
        case .map, .object, .variant: "a map: 'key: value' lines, indented, or { key: value }"
        case .oneOrMany(let element): "\(element.advice), or a list of them"
        }
    }

    private static func advice(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): "a whole number"
        case (let low, .max): "a whole number from \(low)"
        case (let low, let high): "a whole number from \(low) to \(high)"
        }
    }
}

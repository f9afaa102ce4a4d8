import Foundation
import SluiceSDK

/// A line is a record, and two lines are the end of the process: what a bug in a plugin or in a C library does.
struct FragileFormat: Format {
    static let spec = PluginSpec("fragile", "A format that some messages kill.", ConfigSpec([]))

    init(_ config: Config) throws {}

    func selector(_ text: String) throws -> Selector { Selector(text, program: text) }

    func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {
        for line in String(decoding: message.bytes, as: UTF8.self).split(separator: "\n") {
            if line == "TRAP" { Self.trap(message.bytes.count) }
            if line == "SEGFAULT" { Self.segfault() }
            try body(.record(Line(text: String(line))))
        }
    }

    /// Swift stops here: the index is out of range.
    private static func trap(_ index: Int) {
        let none: [Int] = []
        print(none[index])
    }

    /// C reads where nothing is mapped.
    private static func segfault() {
        guard let nowhere = UnsafePointer<CChar>(bitPattern: 8) else { return }
        print(strlen(nowhere))
    }
}

struct Line: Record {
    let text: String

    func select(_ selector: Selector) -> SelectedValue { .text(text) }
    func children(_ selector: Selector) -> [any Record] { [] }
    func bytes() -> [UInt8] { Array(text.utf8) }
}

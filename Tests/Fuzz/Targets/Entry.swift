import Glibc

/// The targets, by the name that FUZZ_TARGET gives. Each is called with one input; what it refuses by an error is fine,
/// what stops the process is not.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "jsonpath": PathTarget.run, "json": JSONTarget.run, "csv": CSVTarget.run, "xml": XMLTarget.run,
    "mime": MIMETarget.run, "form": FormTarget.run, "segment": SegmentTarget.run, "bodies": BodiesTarget.run,
    "signature": SignatureTarget.run, "config": ConfigTarget.run,
]

private let target: @Sendable ([UInt8]) -> Void = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = targets[name] else {
        print("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
        exit(2)
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    target(Array(UnsafeBufferPointer(start: start, count: size)))
    return 0
}

/// Something that must hold whatever came in does not.
func demand(_ holds: Bool, _ what: String) {
    if !holds { fatalError(what) }
}

extension [UInt8] {
    /// Before and behind the first line break.
    var headAndRest: (head: [UInt8], rest: [UInt8]) {
        guard let end = firstIndex(of: 0x0A) else { return (self, []) }
        return (Array(self[..<end]), Array(self[(end + 1)...]))
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}

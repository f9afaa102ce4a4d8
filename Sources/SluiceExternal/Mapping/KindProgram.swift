internal import SluiceSDK

/// A channel's `kind:`, compiled: whether a record opens a ticket or says something of one.
struct KindProgram: Sendable {
    static let opened = "opened"
    static let words = [opened] + FollowUpKind.allCases.map(\.rawValue)

    /// Without its default: that stands for no value, and never for a word that nobody knows.
    let program: ValueProgram
    let fallback: FollowUpKind?

    /// - Returns: nil for a ticket.
    /// - Throws: `RecordFault`: a word that is none is never taken for a ticket.
    func map(_ run: inout MappingRun) throws -> FollowUpKind? {
        guard let word = try word(&run) else { return fallback }
        if word == Self.opened { return nil }
        guard let kind = FollowUpKind(rawValue: word) else {
            throw program.fault("map.kind", "the value is none of \(Self.words.joined(separator: ", "))")
        }
        return kind
    }

    private func word(_ run: inout MappingRun) throws -> String? {
        do {
            return try program.single(try program.run(&run, on: run.record))
        } catch let fault as RecordFault where fault.code == "map.lookup" {
            throw program.fault("map.kind", "the value is not in the lookup of 'kind'")
        }
    }
}

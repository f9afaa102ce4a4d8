import ArgumentParser

/// At most so many rows of a list, or of what is decided at once; it says when there are more.
struct ListLimit: ExpressibleByArgument, CustomStringConvertible {
    private let count: Int

    init(_ count: Int) {
        precondition(count > 0)
        self.count = count
    }

    init?(argument: String) {
        guard let count = Int(argument), count > 0 else { return nil }
        self.init(count)
    }

    var description: String { String(count) }

    /// - Parameter find: at most so many rows, in the order of the list.
    func rows<Row>(_ find: (Int) async throws -> [Row]) async rethrows -> [Row] {
        let found = try await find(min(count, .max - 1) + 1)
        // Not among the rows: what reads them goes on reading rows.
        if found.count > count {
            Terminal.error("there are more than \(count): --limit N takes more of them")
        }
        return Array(found.prefix(count))
    }
}

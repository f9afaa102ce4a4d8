/// What one part found, and why its figures do not count, if they do not.
struct Finding: Sendable {
    private(set) var table: Table
    /// Sentences; empty when everything is as it must be.
    let faults: [String]

    init(_ table: Table, faults: [String] = []) {
        (self.table, self.faults) = (table, faults)
        // Whoever reads only the table must see it too.
        self.table.notes += faults.map { "**DOES NOT HOLD:** \($0)" }
    }

    var holds: Bool { faults.isEmpty }
}

/// The stages as they are measured, and what did not come out of them.
struct StageRows {
    /// What a stage is compared with.
    struct Neighbour {
        var name: String
        var rate: Double

        init(_ name: String, _ rate: Double) { (self.name, self.rate) = (name, rate) }
    }

    private var table: Table
    private var faults: [String] = []

    init(title: String, notes: [String]) {
        table = Table(title: title, columns: ["records/s", "its neighbour", "records/s"], notes: notes)
    }

    var finding: Finding { Finding(table, faults: faults) }

    /// - Parameter rate: records a second.
    mutating func add(_ stage: String, _ rate: Double, beside neighbour: Neighbour? = nil) {
        let other = neighbour.map { [$0.name, Table.number($0.rate, 0)] } ?? ["–", "–"]
        table.add(stage, [Table.number(rate, 0)] + other)
    }

    /// A stage that loses something is quick.
    mutating func expect(_ wanted: Int, _ got: Int, _ what: String) {
        if got != wanted { fail("\(what): \(got), and \(wanted) were to come") }
    }

    mutating func fail(_ fault: String) { faults.append(fault) }
}

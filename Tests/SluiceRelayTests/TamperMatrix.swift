/// How many tampers of each kind there were, and what became of them.
struct TamperMatrix: CustomStringConvertible {
    struct Row {
        var tampers = 0
        var detected = 0
        /// Tampered batches of which anything was taken.
        var released = 0
        var codes: Set<String> = []
    }

    private(set) var rows: [String: Row] = [:]
    private var order: [String] = []

    /// - Parameter code: under which it was refused; nil when it was not.
    mutating func add(_ kind: String, code: String?, released: Bool) {
        if rows[kind] == nil { order.append(kind) }
        var row = rows[kind] ?? Row()
        row.tampers += 1
        if let code {
            row.detected += 1
            row.codes.insert(code)
        }
        if released { row.released += 1 }
        rows[kind] = row
    }

    var tampers: Int { rows.values.reduce(0) { $0 + $1.tampers } }
    var undetected: Int { rows.values.reduce(0) { $0 + $1.tampers - $1.detected } }
    var released: Int { rows.values.reduce(0) { $0 + $1.released } }

    var description: String {
        let lines = order.map { kind in
            let row = rows[kind] ?? Row()
            return "| \(kind) | \(row.tampers) | \(row.detected) | \(row.released) | "
                + row.codes.sorted().joined(separator: ", ") + " |"
        }
        return
            (["| tamper | count | detected | released | refused as |", "|---|---|---|---|---|"] + lines
            + ["| all | \(tampers) | \(tampers - undetected) | \(released) | |"]).joined(separator: "\n")
    }
}

/// How many tampers of each kind there were, how many of them were refused, and as what.
struct TamperMatrix: CustomStringConvertible {
    struct Row {
        var tampers = 0
        var detected = 0
        var codes: Set<String> = []
    }

    private(set) var rows: [String: Row] = [:]
    private var order: [String] = []

    /// - Parameter code: under which it was refused; nil when it was not.
    mutating func add(_ kind: String, code: String?) {
        if rows[kind] == nil { order.append(kind) }
        var row = rows[kind] ?? Row()
        row.tampers += 1
        if let code {
            row.detected += 1
            row.codes.insert(code)
        }
        rows[kind] = row
    }

    var tampers: Int { rows.values.reduce(0) { $0 + $1.tampers } }
    var undetected: Int { rows.values.reduce(0) { $0 + $1.tampers - $1.detected } }

    var description: String {
        let lines = order.map { kind in
            let row = rows[kind] ?? Row()
            let codes = row.codes.sorted().joined(separator: ", ")
            return "| \(kind) | \(row.tampers) | \(row.detected) | \(codes) |"
        }
        return
            (["| tamper | count | refused | as |", "|---|---|---|---|"] + lines
            + ["| all | \(tampers) | \(tampers - undetected) | |"]).joined(separator: "\n")
    }
}

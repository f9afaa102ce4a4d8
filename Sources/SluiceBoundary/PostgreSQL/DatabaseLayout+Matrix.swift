extension DatabaseLayout {
    /// Who may do what, as a table in Markdown: what is not in a cell is refused.
    public func matrix() -> String {
        let columns = roles.map { (title: "`\($0.name)`", zone: $0.zone) } + [(title: "any other role", zone: "")]
        var text = "| object | " + columns.map(\.title).joined(separator: " | ") + " |\n"
        text += "|---" + String(repeating: "|---", count: columns.count) + "|\n"
        for object in objects {
            let cells = columns.map { column in
                let verbs = object.verbs.filter { isAllowed($0, on: object, to: column.zone) }.map(\.rawValue)
                return verbs.isEmpty ? "–" : verbs.joined(separator: ", ")
            }
            text += "| `\(object.name)` | " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }

    /// How many cells the matrix has, one for each verb.
    public var cells: Int { objects.reduce(0) { $0 + $1.verbs.count } * (roles.count + 1) }
}

/// What a database is made of, declared once: the SQL, the matrix of privileges in the docs and its test are all made
/// from it.
public protocol DatabasePlan: Sendable {
    /// Of the tables; raised with every change of them.
    static var version: Int64 { get }
    var schema: String { get }
    /// Roles that log in, and who they are.
    var roles: [(name: String, zone: String)] { get }
    /// Everything that a privilege may be given on.
    var objects: [DatabaseObject] { get }
    /// The whole rule of who may do what. `zone` is one of `roles`, or anything else for a role that merely exists on the
    /// server.
    func isAllowed(_ verb: DatabaseObject.Verb, on object: DatabaseObject, to zone: String) -> Bool
    /// Everything, in one transaction, for a superuser. Running it again changes nothing; run by a newer program it brings
    /// older tables up to date.
    func sql() -> String
}

extension DatabasePlan {
    /// What the rule allows, as SQL.
    /// - Parameter target: `SELECT ON table`; nil for what is granted otherwise.
    func grants(on target: (DatabaseObject.Verb, DatabaseObject) -> String?) -> String {
        var lines: [String] = []
        for role in roles {
            for object in objects {
                for verb in object.verbs where isAllowed(verb, on: object, to: role.zone) {
                    if let target = target(verb, object) { lines.append("GRANT \(target) TO \(role.name);") }
                }
            }
        }
        return lines.joined(separator: "\n")
    }

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

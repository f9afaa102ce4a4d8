/// The server's codes, as ops need to tell them apart (PostgreSQL documentation, appendix A).
enum SQLState {
    static func code(of state: String) -> String {
        switch state {
        case "57014": return "postgres.timeout"
        case "57P01", "57P02", "57P03", "57P05", "25P03", "25P04": return "postgres.broken"
        case "42501": return "postgres.denied"
        case "40001", "40P01", "55P03", "55006": return "postgres.busy"
        case "3D000": return "postgres.no-database"
        default: break
        }
        switch state.prefix(2) {
        case "08": return "postgres.broken"
        case "28": return "postgres.login"
        case "53", "58": return "postgres.full"
        case "23", "44": return "postgres.constraint"
        case "22": return "postgres.data"
        case "42", "0A", "3F", "26": return "postgres.sql"
        default: return "postgres.failed"
        }
    }
}

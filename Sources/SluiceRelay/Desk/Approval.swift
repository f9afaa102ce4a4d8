internal import Foundation
internal import GRDB
public import SluiceSDK

/// One person's word for a release that needs two. Never changed.
public struct Approval: Sendable, Equatable {
    public var person: String
    public var at: Timestamp

    static func all(of item: Int64, _ db: Database) throws -> [Approval] {
        try Row.fetchAll(db, sql: "SELECT person, at FROM approval WHERE item = ? ORDER BY id", arguments: [item]).map {
            Approval(person: $0[0], at: Timestamp(milliseconds: $0[1]))
        }
    }

    static func add(_ person: String, to item: Int64, at now: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO approval (item, person, at) VALUES (?, ?, ?)",
            arguments: [item, person, now.milliseconds])
    }

    /// The same name in another spelling is the same person.
    func isBy(_ other: String) -> Bool { Self.folded(person) == Self.folded(other) }

    private static func folded(_ name: String) -> String {
        String(name.precomposedStringWithCompatibilityMapping.lowercased().filter { !$0.isWhitespace })
    }
}

/// What the boundary's database is made of, declared once: the SQL, the matrix of privileges in the docs and its test
/// are all made from it.
public struct DatabaseLayout: DatabasePlan {
    /// Of the tables; raised with every change of them.
    public static let version: Int64 = 1
    public static let defaultSchema = "sluice"

    /// An external producer and its role in the database.
    public struct Producer: Sendable, Equatable {
        public var name: String
        public var role: String

        public init(_ name: String, role: String? = nil) {
            self.name = name
            self.role = role ?? DatabaseLayout.role(of: name)
        }
    }

    public var schema: String
    /// Owns everything and cannot log in.
    public var owner: String
    public var producers: [Producer]
    public var relay: String
    public var internalZone: String
    public var auditor: String

    public init(
        schema: String = DatabaseLayout.defaultSchema, owner: String = "sluice_owner",
        producers: [Producer] = [Producer("external")], relay: String = DatabaseLayout.role(of: "relay"),
        internalZone: String = DatabaseLayout.role(of: "internal"),
        auditor: String = DatabaseLayout.role(of: "auditor")
    ) {
        (self.schema, self.owner, self.producers) = (schema, owner, producers)
        (self.relay, self.internalZone, self.auditor) = (relay, internalZone, auditor)
    }

    /// The role that a zone logs in as, unless its file names another.
    public static func role(of zone: String) -> String { "sluice_" + zone.replacing("-", with: "_") }

    /// Names go into SQL as they are, so they are of these characters alone.
    public static func isName(_ name: String) -> Bool {
        (1...48).contains(name.utf8.count) && name.utf8.first.map { $0 < 0x30 || $0 > 0x39 } == true
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    /// Every stream that has tables.
    public var streams: [BoundaryStream] {
        producers.flatMap { producer in
            let stream = BoundaryStream(from: producer.name, to: "relay")
            return [stream, stream.opposite]
        } + [.relayToInternal, .internalToRelay]
    }

    /// Roles that log in, and who they are.
    public var roles: [(name: String, zone: String)] {
        producers.map { ($0.role, $0.name) } + [(relay, "relay"), (internalZone, "internal"), (auditor, "auditor")]
    }

    func tables(_ stream: BoundaryStream) -> StreamTables { StreamTables(schema: schema, stream: stream) }
}

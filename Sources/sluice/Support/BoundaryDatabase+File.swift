import PostgresKit
import SluiceBoundary
import SluiceConfig

extension BoundaryDatabase {
    /// From a zone's file.
    /// - Parameter role: in whose place the file may name another.
    init(_ use: DatabaseUse, role: String) {
        var settings = PostgresSettings(
            host: use.host, port: use.port, database: use.database, user: use.role ?? role, password: use.password)
        settings.tls = use.tls.map {
            PostgresSettings.TLS(.verifyFull, authority: $0.authority, certificate: $0.certificate, key: $0.key)
        }
        self.init(settings, schema: use.schema)
    }
}

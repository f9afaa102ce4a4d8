internal import PostgresKit

/// The tables of one stream in the database: a row for each line of a batch, and one for its manifest.
struct StreamTables: Sendable {
    let schema: String
    let stream: BoundaryStream

    /// `external_relay`: the stream's name without what SQL would want quoted.
    var stem: String { stream.name.replacing("-", with: "_") }
    var lines: String { "\(schema).\(stem)_line" }
    var manifests: String { "\(schema).\(stem)_manifest" }
    /// Takes the stream's writer lock for a session.
    var claim: String { "\(schema).claim_\(stem)" }
    /// Notifications of new batches. PostgreSQL takes names of up to 63 bytes.
    var channel: String { String("\(schema).\(stream.name)".suffix(60)) }

    /// One statement is one transaction: all lines and the manifest, or nothing. A position that is taken breaks a
    /// primary key.
    var insert: String {
        """
        WITH lines AS (
            INSERT INTO \(lines) (epoch, batch, line, content)
            SELECT $1::int, $2::bigint, n - 1, content FROM unnest($3::bytea[]) WITH ORDINALITY AS given (content, n))
        INSERT INTO \(manifests) (epoch, batch, ack_epoch, ack_batch, content)
        SELECT $1::int, $2::bigint, $4::int, $5::bigint, $6::bytea FROM pg_notify($7, '')
        """
    }

    var manifest: String { "SELECT content FROM \(manifests) WHERE epoch = $1::int AND batch = $2::bigint" }

    /// The lines in order and then the manifest, in one snapshot. Nothing is sent of what is larger than $3 bytes in
    /// all, nor more than $4 lines.
    var batch: String {
        """
        WITH manifest AS (\(manifest)), lines AS (
            SELECT line, content, sum(octet_length(content)) OVER () AS total FROM \(lines)
            WHERE epoch = $1::int AND batch = $2::bigint AND EXISTS (SELECT FROM manifest))
        SELECT CASE WHEN total <= $3::bigint THEN content END AS content, line FROM lines
        UNION ALL SELECT content, NULL FROM manifest
        ORDER BY line NULLS LAST LIMIT $4::int
        """
    }

    /// Positions behind one: the two lowest and the highest, of those whose transaction is older than every one that
    /// is still open. What is missing in front of them is missing for good: no commit can bring it any more.
    var later: String {
        let found = """
            SELECT epoch, batch FROM \(manifests) WHERE (epoch, batch) > ($1::int, $2::bigint)
            AND xid < pg_snapshot_xmin(pg_current_snapshot())
            """
        return """
            (\(found) ORDER BY epoch, batch LIMIT 2) UNION (\(found) ORDER BY epoch DESC, batch DESC LIMIT 1)
            ORDER BY epoch, batch
            """
    }
}

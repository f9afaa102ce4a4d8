/// What the index knows a ticket by: 64 bits of its id.
///
/// Two ids may share a key, so whoever finds a key looks at the ticket too. Never changed: it stands in internal.db.
enum TicketKey {
    /// FNV-1a over the id's UTF-8, stirred so that every bit depends on all of it. It need not resist anybody: who makes
    /// two ids share a key costs each of their look-ups one row.
    static func of(_ ticketID: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in ticketID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return stirred(hash)
    }

    /// One to one.
    static func stirred(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}

internal import SluiceSDK

/// Reads an intake document strictly.
enum IntakeDocument {
    static func read(_ body: [UInt8]) throws -> IntakeTicket {
        try IntakeTicket(json: JSONDocument.parse(body).root)
    }
}

public import SluiceSDK

extension TLSFiles {
    /// From how long before its end a certificate is told of.
    public static let notice = Duration.seconds(14 * 86_400)

    /// Reads the files and says what is wrong with them today: what cannot be served, a certificate that has ended or
    /// has not begun. Reads files, which blocks.
    /// - Throws: `TLSFault`.
    /// - Returns: when the certificate ends.
    @discardableResult
    public func check(now: Timestamp) throws(TLSFault) -> Timestamp {
        let identity = try ServerIdentity(self)
        if let fault = fault(of: identity, now: now) { throw fault }
        return identity.ends
    }

    func fault(of identity: ServerIdentity, now: Timestamp) -> TLSFault? {
        if identity.ends < now {
            return TLSFault(
                "tls.expired", .certificate, "\(certificate) has expired on \(identity.ends.day(in: .utc))",
                hint: "put the renewed certificate there")
        }
        if now < identity.begins {
            return TLSFault(
                "tls.not-yet", .certificate, "\(certificate) holds from \(identity.begins.day(in: .utc)) only",
                hint: "check this machine's clock")
        }
        return nil
    }
}

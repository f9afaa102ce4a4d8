public import NIOCore
internal import NIOSSL
public import SluiceSDK

extension ListenerTLS {
    /// Who is at the other end; nil where no certificate was asked for. On the channel's event loop, after the handshake.
    public func peer(of channel: any Channel) -> PeerCertificate? {
        guard let certificate = try? channel.pipeline.syncOperations.nioSSL_peerCertificate(),
            let der = try? certificate.toDERBytes(), let facts = CertificateFacts(der: der)
        else { return nil }
        return PeerCertificate(
            subject: facts.subject, names: facts.names, fingerprint: Hex.encode(SHA256.hash(der)))
    }

    /// Tells the log when it is a handshake that failed.
    public func failed(_ error: any Error, on channel: any Channel) {
        guard error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError else { return }
        handshakes.failed(channel.remoteAddress?.ipAddress ?? "?", error)
    }
}

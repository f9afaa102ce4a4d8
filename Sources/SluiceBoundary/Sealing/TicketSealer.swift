internal import Foundation
public import SluiceSDK
internal import Synchronization

/// The external side's: seals to the internal side's certificate of now.
///
/// The file is looked at when something is to be sealed, ten times a second at most, so that a certificate which a
/// person has put there counts at once. One that cannot be read is refused and the last good one stays.
public final class TicketSealer: Sendable {
    private struct State {
        var certificate: SealingCertificate
        var stamp: FileStamp?
        var lookedAt: ContinuousClock.Instant
        var problem: String?
        var window = SealingWindow()
    }

    private let path: String
    /// Between two looks at the file: one costs as much as a tenth of sealing a ticket.
    private let patience: Duration
    private let clock: @Sendable () -> Timestamp
    private let state: Mutex<State>

    /// - Throws: `KeyError` `key.sealing-missing`, `key.format`.
    public init(
        certificateAt path: String, patience: Duration = .milliseconds(100),
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        (self.path, self.patience) = (path, patience)
        self.clock = clock
        let stamp = FileStamp(path)
        guard stamp != nil else {
            throw KeyError(
                "key.sealing-missing", path: path,
                "the internal zone's sealing certificate is not there; copy its keys/sealing.crt here, or run `sluice "
                    + "boundary keys` where all three zones are on one machine; `sealing: off` sends personal data in clear"
            )
        }
        state = Mutex(
            State(certificate: try KeyFiles.sealingCertificate(at: path), stamp: stamp, lookedAt: .now))
    }

    /// Why the file that is there now is not used; nil when it is.
    public var problem: String? { state.withLock(\.problem) }
    /// Of the certificate in use.
    public var fingerprint: String { current.fingerprint }

    private var current: SealingCertificate { state.withLock { certificate(in: &$0) } }

    private func certificate(in state: inout State) -> SealingCertificate {
        let now = ContinuousClock.now
        guard now - state.lookedAt >= patience else { return state.certificate }
        state.lookedAt = now
        let stamp = FileStamp(path)
        if stamp != state.stamp {
            state.stamp = stamp
            do {
                state.certificate = try KeyFiles.sealingCertificate(at: path)
                state.problem = nil
            } catch {
                state.problem = "\(error); the last good one is used"
            }
        }
        return state.certificate
    }

    /// For the tickets of one raw message.
    /// - Parameter count: how many there are. When there have been a few within a second they share a key that is itself
    ///   sealed once, which spares each the elliptic curve; those of a confidential channel never do.
    public func session(_ scope: SealingScope, tickets count: Int) throws -> SealingSession {
        if scope == .whole { return SealingSession(scope, current, shared: nil) }
        let now = clock()
        return try state.withLock { state in
            let certificate = certificate(in: &state)
            let shared = try state.window.key(for: count, to: certificate, at: now)
            return SealingSession(scope, certificate, shared: shared)
        }
    }

    /// Bytes for whoever holds the internal side's key, bound to nothing: raw messages at rest.
    public func seal(_ bytes: [UInt8]) throws -> [UInt8] { try current.seal(bytes) }
}

/// Seals tickets of one raw message.
public struct SealingSession: Sendable {
    private let scope: SealingScope
    private let certificate: SealingCertificate
    /// nil: each ticket is sealed to the certificate.
    private let shared: SharedSealingKey?

    init(_ scope: SealingScope, _ certificate: SealingCertificate, shared: SharedSealingKey?) {
        (self.scope, self.certificate, self.shared) = (scope, certificate, shared)
    }

    /// Of the key that it seals to.
    public var keyID: [UInt8] { certificate.keyID }

    /// The ticket's clear body and its sealed part.
    public func seal(_ ticket: IntakeTicket) throws -> (body: [UInt8], sealed: SealedPart) {
        let parts = ticket.parted(by: scope)
        let content = SealedContent.json(parts.sealed, of: ticket)
        let sealed =
            if let shared {
                SealedPart(scope, try CMS.sealed(content, with: shared.key), key: shared.message)
            } else { SealedPart(scope, try certificate.seal(content)) }
        return (parts.clear.json(), sealed)
    }
}

/// Tells a file from the one that stood in its place before.
struct FileStamp: Equatable {
    private let inode: UInt64
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init?(_ path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        inode = UInt64(info.st_ino)
        size = Int(info.st_size)
        (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
    }
}

internal import Foundation
internal import Glibc
internal import SluiceSDK
internal import Synchronization

/// Which messages are being decoded, in a file that outlives the process but not a power cut.
///
/// A digest that is found there at the start was in hand when the process died. Several may have been, and one of them
/// is to blame: each is a suspect from then on, and is decoded alone. A message that was in hand in two deaths is not
/// decoded again. The file is written without a sync: the kernel keeps what a dead process wrote, and a sync more for
/// each message would halve what a disk can take.
final class CrashRecord: Sendable {
    /// Deaths after which a message is not decoded any more.
    private static let mostCrashes = 2

    private struct Slot {
        static let size = 64
        static let count = 1024

        var digest: [UInt8]
        var crashes: UInt8
        var isBusy: Bool

        /// `S`, 1 or 0 for busy, the deaths, 0, then the digest.
        var bytes: [UInt8] { [UInt8(ascii: "S"), isBusy ? 1 : 0, crashes, 0] + digest }

        init(digest: [UInt8], crashes: UInt8, isBusy: Bool) {
            self.digest = digest
            self.crashes = crashes
            self.isBusy = isBusy
        }

        init?(_ bytes: ArraySlice<UInt8>) {
            let bytes = Array(bytes)
            guard bytes.count == Self.size, bytes[0] == UInt8(ascii: "S") else { return nil }
            self.init(digest: Array(bytes[4..<36]), crashes: bytes[2], isBusy: bytes[1] == 1)
        }
    }

    private struct State {
        var free: [Int]
        /// Messages that were in hand in a death: slot and deaths.
        var suspects: [[UInt8]: (slot: Int, crashes: UInt8)] = [:]
        /// Rejected for what they did; not decoded until a person replays them.
        var condemned: Set<[UInt8]>
    }

    private let file: Int32
    private let state: Mutex<State>
    private let alone = DecodeLock()

    private enum Way {
        case refused
        case alone(Int, UInt8)
        case free(Int)
        case unrecorded
    }

    /// - Parameter condemned: digests of the messages that stand on the desk as `crash`.
    init(path: String, condemned: Set<[UInt8]>) throws {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw DeskError("in-hand.unwritable", "cannot open \(path): \(String(cString: strerror(errno)))")
        }
        var found = [UInt8](repeating: 0, count: Slot.size * Slot.count)
        let had = max(0, pread(file, &found, found.count, 0))
        // Written once in full, so that a full disk cannot stop a slot from being written later.
        if had < found.count { _ = pwrite(file, Array(found[had...]), found.count - had, off_t(had)) }
        var state = State(free: [], condemned: condemned)
        for number in 0..<Slot.count {
            guard var slot = Slot(found[number * Slot.size..<(number + 1) * Slot.size]) else {
                state.free.append(number)
                continue
            }
            if slot.isBusy { slot.crashes = min(slot.crashes, 254) + 1 }
            slot.isBusy = false
            let known = state.suspects[slot.digest]?.crashes ?? 0
            if condemned.contains(slot.digest) || known > 0 {
                Self.clear(number, in: file)
                state.free.append(number)
            } else {
                state.suspects[slot.digest] = (number, slot.crashes)
                Self.write(slot, to: number, in: file)
            }
        }
        self.state = Mutex(state)
    }

    deinit { close(file) }

    /// A message that is on record, to whoever decodes it.
    struct InHand {
        fileprivate var slot: (file: Int32, number: Int)?

        /// Runs what is no decoding, and is not to be blamed on the message should the process die in it.
        func aside<Value>(_ body: () throws -> Value) rethrows -> Value {
            guard let slot else { return try body() }
            CrashRecord.markBusy(false, slot.number, in: slot.file)
            defer { CrashRecord.markBusy(true, slot.number, in: slot.file) }
            return try body()
        }
    }

    /// Runs `decode` with the message on record.
    /// - Returns: nil when the message is not to be decoded.
    func decode<Result>(_ digest: [UInt8], _ decode: (InHand) throws -> Result) rethrows -> Result? {
        let way: Way = state.withLock { state in
            if state.condemned.contains(digest) { return .refused }
            if let suspect = state.suspects[digest] {
                return suspect.crashes >= Self.mostCrashes ? .refused : .alone(suspect.slot, suspect.crashes)
            }
            return state.free.popLast().map { .free($0) } ?? .unrecorded
        }
        switch way {
        case .refused: return nil
        // More decoders than slots: there are fewer threads than that.
        case .unrecorded: return try alone.shared { try decode(InHand()) }
        case .free(let number):
            defer { state.withLock { $0.free.append(number) } }
            return try alone.shared {
                Self.write(Slot(digest: digest, crashes: 0, isBusy: true), to: number, in: file)
                defer { Self.clear(number, in: file) }
                return try decode(InHand(slot: (file, number)))
            }
        case .alone(let number, let crashes):
            let result = try alone.exclusive {
                Self.write(Slot(digest: digest, crashes: crashes, isBusy: true), to: number, in: file)
                return try decode(InHand(slot: (file, number)))
            }
            clearSuspect(digest)
            return result
        }
    }

    /// Some message is decoded alone: whoever decodes may have to wait for it, or it for them.
    var hasSuspects: Bool { state.withLock { !$0.suspects.isEmpty } }

    /// The crash reject is in the journal: its digest is known from there.
    func condemn(_ digest: [UInt8]) {
        state.withLock { _ = $0.condemned.insert(digest) }
        clearSuspect(digest)
    }

    /// A person has replayed it, and it did no harm.
    func acquit(_ digest: [UInt8]) {
        state.withLock { _ = $0.condemned.remove(digest) }
    }

    private func clearSuspect(_ digest: [UInt8]) {
        state.withLock { state in
            guard let suspect = state.suspects.removeValue(forKey: digest) else { return }
            Self.clear(suspect.slot, in: file)
            state.free.append(suspect.slot)
        }
    }

    private static func write(_ slot: Slot, to number: Int, in file: Int32) {
        _ = pwrite(file, slot.bytes, slot.bytes.count, off_t(number * Slot.size))
    }

    private static func markBusy(_ isBusy: Bool, _ number: Int, in file: Int32) {
        _ = pwrite(file, [isBusy ? 1 : 0], 1, off_t(number * Slot.size + 1))
    }

    private static func clear(_ number: Int, in file: Int32) {
        _ = pwrite(file, [0], 1, off_t(number * Slot.size))
    }
}

/// Many decode at once; a suspect alone.
///
/// `@unchecked Sendable`: a pthread lock is made for threads, and its memory never moves.
private final class DecodeLock: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)

    init() { pthread_rwlock_init(lock, nil) }

    deinit {
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    func shared<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_rwlock_rdlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        return try body()
    }

    func exclusive<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_rwlock_wrlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        return try body()
    }
}

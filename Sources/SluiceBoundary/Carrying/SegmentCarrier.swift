internal import Foundation
public import GRDB
internal import SluiceSDK

/// Takes one stream's segments from folder to folder, for a disk that is carried between two networks and for a link
/// that copies files.
///
/// Carrying twice is as good as once, and an older disk after a newer one does no harm: the writer keeps a segment until
/// its reader's signed acknowledgement has come back, so what is missing or removed here is brought again.
public struct SegmentCarrier: Sendable {
    public let stream: BoundaryStream
    /// The key of the stream's writer; what it did not sign is not carried.
    private let key: VerifyingKey

    public struct Outcome: Sendable {
        /// Written now, in the stream's order.
        public var carried: [BatchPosition] = []
        /// There already, with the same bytes.
        public var present = 0
        /// Removed from the target: no longer wanted by anybody.
        public var removed = 0
        /// What was left where it is, each with its reason.
        public var refused: [Refusal] = []
        /// Segments that found no room; those before them were carried.
        public var withoutRoom = 0
    }

    public struct Refusal: Sendable {
        public var file: String
        /// `boundary.bad-signature`, `carry.differs`, …
        public var code: String
        public var reason: String
    }

    public init(stream: BoundaryStream, key: VerifyingKey) {
        self.stream = stream
        self.key = key
    }

    /// Makes the disk's folder the same as the writer's: new segments are copied, acknowledged ones leave the disk.
    /// - Parameters:
    ///   - folder: the writer's own; none yet is an empty one.
    ///   - disk: this stream's folder on the disk; made when it is missing.
    /// - Throws: when a folder cannot be read or written at all.
    public func export(from folder: String, to disk: String) throws -> Outcome {
        let waiting = try positions(in: folder)
        return try carry(waiting, from: folder, to: disk, keeping: Set(waiting).contains)
    }

    /// Brings the disk's segments to where this stream is read.
    /// - Parameter consumed: how far the reader has come; segments up to there are not brought, and removed.
    public func bring(from disk: String, to folder: String, consumed: BatchPosition) throws -> Outcome {
        let wanted = try positions(in: disk).filter { $0 > consumed }
        return try carry(wanted, from: disk, to: folder, keeping: { $0 > consumed })
    }

    private func carry(
        _ positions: [BatchPosition], from source: String, to target: String, keeping isWanted: (BatchPosition) -> Bool
    ) throws -> Outcome {
        var outcome = Outcome()
        try Files.makeFolder(target, mode: 0o750)
        for old in try self.positions(in: target) where !isWanted(old) {
            try Files.remove(target + "/" + SegmentName.text(old))
            outcome.removed += 1
        }
        for (index, position) in positions.enumerated() {
            do {
                if try copy(position, from: source, to: target) {
                    outcome.carried.append(position)
                } else {
                    outcome.present += 1
                }
            } catch let error as FileError where [ENOSPC, EDQUOT].contains(error.number) {
                outcome.withoutRoom = positions.count - index
                break
            } catch let error as FileError where error.isMissing {
                // Acknowledged meanwhile: its writer has removed it.
            } catch let refusal as Refusal {
                outcome.refused.append(refusal)
            }
        }
        return outcome
    }

    /// - Returns: false when the target has it already.
    private func copy(_ position: BatchPosition, from source: String, to target: String) throws -> Bool {
        let name = SegmentName.text(position)
        let limit = SegmentLimits.of(stream).bytes
        let bytes = try readSegment(source + "/" + name, name, atMost: limit)
        do {
            _ = try SegmentEnvelope(alone: bytes, stream: stream, position: position, key: key)
        } catch {
            throw Refusal(file: source + "/" + name, code: error.code, reason: error.reason)
        }
        let path = target + "/" + name
        guard Files.exists(path) else {
            try Files.write(bytes, to: path, mode: 0o640)
            return true
        }
        guard try readSegment(path, name, atMost: limit) == bytes else {
            throw Refusal(
                file: path, code: "carry.differs",
                reason: "it is not the same as \(source)/\(name), though its writer signed one of that number only: "
                    + "find out whose it is, then remove it")
        }
        return false
    }

    /// A pipe, a link or a file that is too large is a refusal; a disk that fails is an error.
    private func readSegment(_ path: String, _ name: String, atMost limit: Int) throws -> [UInt8] {
        do {
            return try Files.read(path, atMost: limit)
        } catch let error as FileError where error.number == 0 || error.number == ELOOP {
            throw Refusal(file: path, code: "boundary.not-a-segment", reason: error.reason)
        }
    }

    private func positions(in folder: String) throws -> [BatchPosition] {
        guard Files.exists(folder) else { return [] }
        return try Files.names(in: folder).compactMap(SegmentName.position).sorted()
    }
}

extension SegmentCarrier.Refusal: Error, CustomStringConvertible {
    public var description: String { "[\(code)] \(file): \(reason)" }
}

extension SegmentEnvelope {
    /// Frame, signature and root, without the batch before: what can be said of a segment on its own.
    init(alone bytes: [UInt8], stream: BoundaryStream, position: BatchPosition, key: VerifyingKey) throws(ChainBreak) {
        var previous = [UInt8](repeating: 0, count: 32)
        let end = bytes.last == 0x0A ? bytes.count - 1 : bytes.count
        let start = (bytes[..<end].lastIndex(of: 0x0A) ?? -1) + 1
        var scanner = LineScanner(bytes, in: start..<end)
        // What cannot be read here is named by the checks below.
        if let manifest = try? scanner.manifestLine().manifest { previous = manifest.previous }
        try self.init(bytes, stream: stream, position: position, previous: previous, key: key)
    }
}

extension Inlet {
    /// How far a zone has read a stream, from its store.
    public static func consumed(_ stream: BoundaryStream, in db: Database) throws -> BatchPosition {
        try InletState.load(stream, in: db)?.position ?? .none
    }
}

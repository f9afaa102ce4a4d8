internal import Foundation
internal import SluiceSDK

/// A segment whose frame is good: header, manifest, signature, root and chain. Its entries are not looked into yet.
struct SegmentEnvelope {
    let stream: BoundaryStream
    let manifest: Manifest
    let manifestBytes: [UInt8]
    let signature: [UInt8]
    let bytes: [UInt8]
    /// Entry lines, without their line breaks.
    let entries: [Range<Int>]
    /// Of header and entries.
    let lineDigests: [UInt8]

    /// - Parameters:
    ///   - position: what the file's name says it is.
    ///   - previous: head of the batch before.
    init(
        _ bytes: [UInt8], stream: BoundaryStream, position: BatchPosition, previous: [UInt8], key: VerifyingKey
    ) throws(ChainBreak) {
        func refused(_ code: String, line: Int? = nil, _ reason: String) -> ChainBreak {
            ChainBreak(code, stream: stream, position: position, line: line, reason)
        }
        let limits = SegmentLimits.of(stream)
        guard bytes.count <= limits.bytes else {
            throw refused("boundary.too-large", "the segment has \(bytes.count) bytes; the limit is \(limits.bytes)")
        }
        let lines = try Self.split(bytes, limits, refused: { refused("boundary.malformed", line: $0, $1) })
        let (header, tail): (HeaderFields, TailFields)
        do throws(LineFault) {
            var scanner = LineScanner(bytes, in: lines[0])
            header = try scanner.header()
            scanner = LineScanner(bytes, in: lines[lines.count - 1])
            tail = try scanner.manifestLine()
        } catch {
            throw refused("boundary.malformed", "at byte \(error.offset) of the segment: \(error.wanted) was expected")
        }
        let manifest = tail.manifest
        guard header.stream == stream.name, manifest.stream == stream.name else {
            throw refused("boundary.wrong-stream", "the segment belongs to the stream \(manifest.stream)")
        }
        guard header.producer == stream.from, manifest.producer == stream.from else {
            throw refused("boundary.wrong-producer", "the segment was written by \(manifest.producer)")
        }
        guard header.position == position, manifest.position == position else {
            throw refused("boundary.wrong-batch", "the segment says that it is batch \(manifest.position)")
        }
        guard key.isValid(tail.signature, for: tail.bytes) else {
            throw refused("boundary.bad-signature", "the manifest was not signed with the known key of \(stream.from)")
        }
        guard manifest.lines == lines.count - 1 else {
            throw refused("boundary.bad-count", "\(lines.count - 1) lines, but the manifest counts \(manifest.lines)")
        }
        let digests = Self.digests(bytes, lines.dropLast())
        guard SHA256.hash(digests) == manifest.root else {
            throw refused("boundary.bad-root", "the lines are not those that were signed")
        }
        guard manifest.previous == previous, manifest.head == Manifest.head(after: previous, root: manifest.root) else {
            throw refused("boundary.broken-chain", "the batch does not continue the one before it")
        }
        self.stream = stream
        self.manifest = manifest
        manifestBytes = tail.bytes
        signature = tail.signature
        self.bytes = bytes
        entries = Array(lines.dropFirst().dropLast())
        lineDigests = digests
    }

    private typealias HeaderFields = (stream: String, producer: String, position: BatchPosition)
    private typealias TailFields = (manifest: Manifest, bytes: [UInt8], signature: [UInt8])

    /// At least two lines, each ended by a line break, none empty, none longer than the limit.
    private static func split(
        _ bytes: [UInt8], _ limits: SegmentLimits, refused: (Int?, String) -> ChainBreak
    ) throws(ChainBreak) -> [Range<Int>] {
        guard bytes.last == 0x0A else { throw refused(nil, "the segment is cut off") }
        let lines = ranges(bytes, atMost: limits.lines + 2)
        guard lines.count >= 2 else { throw refused(nil, "header or manifest is missing") }
        guard lines.count <= limits.lines + 1 else { throw refused(nil, "more than \(limits.lines) lines") }
        for (index, line) in lines.enumerated() where line.isEmpty || line.count > limits.line {
            throw refused(index + 1, "the line is empty or too long")
        }
        return lines
    }

    /// Stops looking after `most` lines.
    private static func ranges(_ bytes: [UInt8], atMost most: Int) -> [Range<Int>] {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return [] }
            var lines: [Range<Int>] = []
            var start = 0
            while start < buffer.count, lines.count < most {
                let found = memchr(base + start, 0x0A, buffer.count - start)
                let end = found.map { UnsafeRawPointer($0) - base } ?? buffer.count
                lines.append(start..<end)
                start = end + 1
            }
            return lines
        }
    }

    private static func digests(_ bytes: [UInt8], _ lines: ArraySlice<Range<Int>>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(lines.count * 32)
        bytes.withUnsafeBytes { buffer in
            for line in lines { out += SHA256.hash(UnsafeRawBufferPointer(rebasing: buffer[line])) }
        }
        return out
    }
}

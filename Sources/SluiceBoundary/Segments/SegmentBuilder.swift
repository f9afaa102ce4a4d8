internal import SluiceSDK

/// Puts a segment together, line by line.
struct SegmentBuilder {
    let stream: BoundaryStream
    let position: BatchPosition
    /// Digest of the last item of this stream, in this batch or before it.
    private(set) var itemHead: [UInt8]
    private var bytes: [UInt8] = []
    private var digests: [UInt8] = []
    private var first = 0
    private var last = 0
    private var count = 0
    private(set) var entries = 0
    /// Which line hands over which key.
    private var keyLines: [[UInt8]: Int] = [:]
    private var latestKey: (message: [UInt8], line: Int)?

    init(stream: BoundaryStream, position: BatchPosition, itemHead: [UInt8]) {
        self.stream = stream
        self.position = position
        self.itemHead = itemHead
        append(EntryLine.header(stream, position))
    }

    var root: [UInt8] { SHA256.hash(digests) }

    mutating func add(_ item: Item, number: Int) {
        let keyLine = item.sealed?.key.map { self.keyLine($0) }
        let (line, digest) = EntryLine.item(item, number: number, previous: itemHead, keyLine: keyLine)
        itemHead = digest
        if first == 0 { first = number }
        last = number
        count += 1
        addEntry(line)
    }

    /// The line with a key, written in front of the first item that needs it.
    private mutating func keyLine(_ message: [UInt8]) -> Int {
        // Nearly always the one before it: no need to hash it.
        if let latestKey, latestKey.message == message { return latestKey.line }
        let line = keyLines[message] ?? addKey(message)
        latestKey = (message, line)
        return line
    }

    private mutating func addKey(_ message: [UInt8]) -> Int {
        addEntry(EntryLine.key(message))
        keyLines[message] = entries
        return entries
    }

    /// A verdict or a receipt.
    mutating func addEntry(_ line: [UInt8]) {
        append(line)
        entries += 1
    }

    mutating func add(_ passage: Passage, _ content: PassageContent) {
        addEntry(EntryLine.origin(passage, content))
        for line in content.lines {
            if line.starts(with: "{\"type\":\"item\"".utf8) { count += 1 }
            addEntry(line)
        }
    }

    /// The whole file and its manifest.
    func finished(
        previous: [UInt8], ack: BatchPosition, through: Int64, time: Timestamp, key: SigningKey
    ) throws -> (bytes: [UInt8], manifest: Manifest) {
        let root = root
        let manifest = Manifest(
            producer: stream.from, stream: stream.name, epoch: position.epoch, batch: position.batch, first: first,
            last: last, count: count, lines: entries + 1, root: root, previous: previous,
            head: Manifest.head(after: previous, root: root), ack: ack, through: through, time: time)
        let signed = manifest.json()
        let last = Manifest.line(signed, signature: try key.sign(signed))
        return (bytes + last + [0x0A], manifest)
    }

    private mutating func append(_ line: [UInt8]) {
        bytes += line
        bytes.append(0x0A)
        digests += SHA256.hash(line)
    }
}

internal import SluiceSDK

extension Manifest {
    /// The bytes that are signed.
    func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 768)
        writer.beginObject()
        writer.field("type", "manifest")
        writer.field("version", 1)
        writer.field("producer", producer)
        writer.field("stream", stream)
        writer.field("epoch", epoch)
        writer.field("batch", batch)
        writer.field("first", first)
        writer.field("last", last)
        writer.field("count", count)
        writer.field("lines", lines)
        writer.field("root", Hex.encode(root))
        writer.field("previous", Hex.encode(previous))
        writer.field("head", Hex.encode(head))
        writer.key("ack")
        writer.beginObject()
        writer.field("epoch", ack.epoch)
        writer.field("batch", ack.batch)
        writer.endObject()
        writer.field("through", through)
        writer.field("time", time.milliseconds)
        writer.endObject()
        return writer.bytes
    }

    /// The last line of a segment: the manifest and the signature over its bytes.
    static func line(_ manifest: [UInt8], signature: [UInt8]) -> [UInt8] {
        var writer = JSONWriter(reserving: manifest.count + 128)
        writer.beginObject()
        writer.field("manifest", raw: manifest)
        writer.field("signature", Base64.encode(signature))
        writer.endObject()
        return writer.bytes
    }

    static func head(after previous: [UInt8], root: [UInt8]) -> [UInt8] {
        SHA256.hash(previous + root)
    }
}

extension LineScanner {
    /// Leaves `index` behind the manifest's closing brace.
    mutating func manifest() throws(LineFault) -> Manifest {
        try expect("{\"type\":\"manifest\",\"version\":1,\"producer\":")
        let producer = try name()
        try expect(",\"stream\":")
        let stream = try name()
        try expect(",\"epoch\":")
        let epoch = try integer()
        try expect(",\"batch\":")
        let batch = try integer()
        try expect(",\"first\":")
        let first = try integer()
        try expect(",\"last\":")
        let last = try integer()
        try expect(",\"count\":")
        let count = try integer()
        try expect(",\"lines\":")
        let lines = try integer()
        try expect(",\"root\":")
        let root = try digest()
        try expect(",\"previous\":")
        let previous = try digest()
        try expect(",\"head\":")
        let head = try digest()
        try expect(",\"ack\":{\"epoch\":")
        let ackEpoch = try integer()
        try expect(",\"batch\":")
        let ackBatch = try integer()
        try expect("},\"through\":")
        let through = try integer()
        try expect(",\"time\":")
        let time = try integer()
        try expect("}")
        return Manifest(
            producer: producer, stream: stream, epoch: epoch, batch: batch, first: first, last: last, count: count,
            lines: lines, root: root, previous: previous, head: head,
            ack: BatchPosition(epoch: ackEpoch, batch: ackBatch), through: Int64(through),
            time: Timestamp(milliseconds: Int64(time)))
    }

    /// The last line of a segment.
    mutating func manifestLine() throws(LineFault) -> (manifest: Manifest, bytes: [UInt8], signature: [UInt8]) {
        try expect("{\"manifest\":")
        let start = index
        let manifest = try manifest()
        let manifestBytes = Array(bytes[start..<index])
        try expect(",\"signature\":")
        let signature = try signature()
        try expect("}")
        try expectEnd()
        return (manifest, manifestBytes, signature)
    }
}

internal import SluiceSDK

/// The lines of a segment, written.
enum EntryLine {
    /// `,"digest":"` + 64 digits + `"}`
    static let digestSuffixLength = 11 + 64 + 2

    static func header(_ stream: BoundaryStream, _ position: BatchPosition) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "segment")
        writer.field("version", 1)
        writer.field("stream", stream.name)
        writer.field("producer", stream.from)
        writer.field("epoch", position.epoch)
        writer.field("batch", position.batch)
        writer.endObject()
        return writer.bytes
    }

    /// The message that hands over a key, in front of the first item that is sealed with it.
    static func key(_ message: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "key")
        writer.field("message", Base64.encode(message))
        writer.endObject()
        return writer.bytes
    }

    /// - Parameter keyLine: which line of the batch hands over the item's key (from 0, the header). Without one the item's
    ///   own line does, as an older Sluice wrote it.
    /// - Returns: the line, and its digest, which the next item names as its previous one.
    static func item(
        _ item: Item, number: Int, previous: [UInt8], keyLine: Int? = nil
    ) -> (line: [UInt8], digest: [UInt8]) {
        var writer = JSONWriter(reserving: item.body.count + (item.sealed?.bytes.count ?? 0) * 4 / 3 + 512)
        writer.beginObject()
        writer.field("type", "item")
        writer.field("number", number)
        writer.field("id", item.id)
        writer.field("attempt", item.attempt)
        writer.field("channel_id", item.channelID)
        writer.field("kind", item.kind.rawValue)
        writer.field("created_at", item.createdAt.milliseconds)
        writer.field("schema", item.schema)
        writer.field("release", item.wantsReview ? "review" : "automatic")
        writer.field("previous", Hex.encode(previous))
        if let sealed = item.sealed {
            writer.field("sealed_scope", sealed.scope.rawValue)
            if let keyLine { writer.field("sealed_key", keyLine) }
            writer.field("sealed", Base64.encode(sealed.inLine(hasKeyLine: keyLine != nil)))
        }
        writer.field("body", raw: item.body)
        var line = writer.bytes
        let digest = SHA256.hash(line)
        line.append(contentsOf: ",\"digest\":\"".utf8)
        line.append(contentsOf: Hex.encode(digest).utf8)
        line.append(contentsOf: "\"}".utf8)
        return (line, digest)
    }

    static func verdict(_ verdict: Verdict) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "verdict")
        write(verdict.range, to: &writer)
        writer.field("decision", verdict.decision.rawValue)
        writer.field("code", verdict.code)
        writer.field("reason", verdict.reason)
        writer.field("at", verdict.at.milliseconds)
        writer.field("by", verdict.by)
        writer.endObject()
        return writer.bytes
    }

    static func receipt(_ receipt: Receipt) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "receipt")
        write(receipt.range, to: &writer)
        writer.field("at", receipt.at.milliseconds)
        writer.endObject()
        return writer.bytes
    }

    /// Announces lines of another producer's batch: its manifest verbatim, which lines follow, and the digests of those
    /// that do not.
    static func origin(_ passage: Passage, _ content: PassageContent) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.field("type", "origin")
        writer.field("manifest", raw: content.manifestBytes)
        writer.field("signature", Base64.encode(content.signature))
        writer.key("lines")
        writer.beginArray()
        for span in passage.lines {
            writer.integer(span.lowerBound)
            writer.integer(span.upperBound)
        }
        writer.endArray()
        writer.field("withheld", Hex.encode(withheld(passage, content.lineDigests)))
        writer.endObject()
        return writer.bytes
    }

    private static func withheld(_ passage: Passage, _ digests: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        for span in passage.lines {
            out += digests[index * 32..<span.lowerBound * 32]
            index = span.upperBound + 1
        }
        return out + digests[(index * 32)...]
    }

    private static func write(_ range: ItemRange, to writer: inout JSONWriter) {
        writer.field("producer", range.producer)
        writer.field("epoch", range.epoch)
        writer.field("first", range.first)
        writer.field("last", range.last)
    }
}

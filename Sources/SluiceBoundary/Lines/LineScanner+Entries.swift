internal import SluiceSDK

/// The lines of a segment, read. Each mirrors its writer in `EntryLine`.
extension LineScanner {
    struct ItemHead {
        /// Without the message that hands over its key, where `keyLine` has it.
        var item: Item
        var number: Int
        var previous: [UInt8]
        var digest: [UInt8]
        var keyLine: Int?
        /// Where in the line the previous digest and the sealed part begin.
        var previousAt: Int
        var sealedAt: Int?
    }

    struct Origin {
        var manifest: Manifest
        var manifestBytes: [UInt8]
        var signature: [UInt8]
        var lines: [ClosedRange<Int>]
        var withheld: [UInt8]
    }

    mutating func header() throws(LineFault) -> (stream: String, producer: String, position: BatchPosition) {
        try expect("{\"type\":\"segment\",\"version\":1,\"stream\":")
        let stream = try name()
        try expect(",\"producer\":")
        let producer = try name()
        try expect(",\"epoch\":")
        let epoch = try integer()
        try expect(",\"batch\":")
        let batch = try integer()
        try expect("}")
        try expectEnd()
        return (stream, producer, BatchPosition(epoch: epoch, batch: batch))
    }

    /// The digest at the end is compared with the bytes before it; the body is not looked into.
    mutating func item() throws(LineFault) -> ItemHead {
        let start = index
        try expect("{\"type\":\"item\",\"number\":")
        let number = try integer()
        try expect(",\"id\":")
        let id = try name()
        try expect(",\"attempt\":")
        let attempt = try integer()
        try expect(",\"channel_id\":")
        let channelID = try name()
        try expect(",\"kind\":")
        guard let kind = ItemKind(rawValue: try name()) else { throw fault("a known kind of item") }
        try expect(",\"created_at\":")
        let createdAt = try integer()
        try expect(",\"schema\":")
        let schema = try name()
        let wantsReview = try release()
        try expect(",\"previous\":")
        let previousAt = index + 1 - start
        let previous = try digest()
        let (sealed, keyLine, sealedAt) = try sealedPart()
        try expect(",\"body\":")
        let bodyEnd = end - EntryLine.digestSuffixLength
        guard bodyEnd > index + 1, bytes[index] == UInt8(ascii: "{"), bytes[bodyEnd - 1] == UInt8(ascii: "}") else {
            throw fault("a body")
        }
        let body = Array(bytes[index..<bodyEnd])
        var tail = LineScanner(bytes, in: bodyEnd..<end)
        try tail.expect(",\"digest\":")
        let digest = try tail.digest()
        try tail.expect("}")
        try tail.expectEnd()
        let computed = bytes.withUnsafeBytes { SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[start..<bodyEnd])) }
        guard computed == digest else { throw fault("a digest that fits the item") }
        let item = Item(
            id: id, attempt: attempt, channelID: channelID, kind: kind,
            createdAt: Timestamp(milliseconds: Int64(createdAt)), schema: schema, wantsReview: wantsReview, body: body,
            sealed: sealed)
        return ItemHead(
            item: item, number: number, previous: previous, digest: digest, keyLine: keyLine,
            previousAt: previousAt, sealedAt: sealedAt.map { $0 - start })
    }

    private mutating func release() throws(LineFault) -> Bool {
        try expect(",\"release\":")
        let wantsReview = take("\"review\"")
        if !wantsReview { try expect("\"automatic\"") }
        return wantsReview
    }

    /// Only some items have one. An older Sluice wrote the key's message in front of the other one into each.
    private mutating func sealedPart() throws(LineFault) -> (SealedPart?, keyLine: Int?, at: Int?) {
        guard take(",\"sealed_scope\":") else { return (nil, nil, nil) }
        guard let scope = SealingScope(rawValue: try name()) else { throw fault("a known scope of sealing") }
        let keyLine = take(",\"sealed_key\":") ? try integer() : nil
        try expect(",\"sealed\":")
        let at = index + 1
        let bytes = try base64()
        return (keyLine == nil ? SealedPart(scope, messages: bytes[...]) : SealedPart(scope, bytes), keyLine, at)
    }

    mutating func key() throws(LineFault) -> [UInt8] {
        try expect("{\"type\":\"key\",\"message\":")
        let message = try base64()
        guard message.count <= SealedPart.largestKey else { throw fault("a message with a key") }
        try expect("}")
        try expectEnd()
        return message
    }

    mutating func verdict() throws(LineFault) -> Verdict {
        try expect("{\"type\":\"verdict\",\"producer\":")
        let range = try range()
        try expect(",\"decision\":")
        guard let decision = Verdict.Decision(rawValue: try name()) else { throw fault("a known decision") }
        try expect(",\"code\":")
        let code = try name()
        try expect(",\"reason\":")
        let reason = try text(atMost: 4096)
        try expect(",\"at\":")
        let at = try integer()
        try expect(",\"by\":")
        let by = try text(atMost: 256)
        try expect("}")
        try expectEnd()
        return Verdict(
            range: range, decision: decision, code: code, reason: reason, at: Timestamp(milliseconds: Int64(at)), by: by
        )
    }

    mutating func receipt() throws(LineFault) -> Receipt {
        try expect("{\"type\":\"receipt\",\"producer\":")
        let range = try range()
        try expect(",\"at\":")
        let at = try integer()
        try expect("}")
        try expectEnd()
        return Receipt(range: range, at: Timestamp(milliseconds: Int64(at)))
    }

    mutating func origin(mostLines: Int) throws(LineFault) -> Origin {
        try expect("{\"type\":\"origin\",\"manifest\":")
        let start = index
        let manifest = try manifest()
        let manifestBytes = Array(bytes[start..<index])
        try expect(",\"signature\":")
        let signature = try signature()
        guard (1...mostLines).contains(manifest.lines) else { throw fault("a batch of a possible size") }
        try expect(",\"lines\":[")
        let (lines, passed) = try spans(of: manifest.lines)
        try expect("],\"withheld\":\"")
        let withheld = try hex(count: 32 * (manifest.lines - passed))
        try expect("\"}")
        try expectEnd()
        return Origin(
            manifest: manifest, manifestBytes: manifestBytes, signature: signature, lines: lines, withheld: withheld)
    }

    /// `first,last,first,last…`, ascending, not touching the header (line 0) and ending before `count`.
    private mutating func spans(of count: Int) throws(LineFault) -> ([ClosedRange<Int>], Int) {
        var spans: [ClosedRange<Int>] = []
        var passed = 0
        var next = 1
        repeat {
            let first = try integer()
            try expect(",")
            let last = try integer()
            guard first >= next, last >= first, last < count else { throw fault("ascending lines of the batch") }
            spans.append(first...last)
            passed += last - first + 1
            next = last + 1
        } while take(",")
        return (spans, passed)
    }

    /// Behind `"producer":`
    private mutating func range() throws(LineFault) -> ItemRange {
        let producer = try name()
        try expect(",\"epoch\":")
        let epoch = try integer()
        try expect(",\"first\":")
        let first = try integer()
        try expect(",\"last\":")
        let last = try integer()
        guard first >= 1, last >= first else { throw fault("a range of items") }
        return ItemRange(producer: producer, epoch: epoch, first: first, last: last)
    }
}

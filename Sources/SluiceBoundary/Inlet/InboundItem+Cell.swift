internal import SluiceStore

extension InboundItem {
    /// The line as it stands in a store.
    package var cell: [UInt8] {
        var spans = [EncodedSpan(.hex, at: spelling.previousAt, spelling.previous)]
        if let sealed = item.sealed, let offset = spelling.sealedAt {
            // Without a line for it, the key's message stands in front of the other one.
            let key = keyLine == nil ? sealed.key : nil
            spans.append(EncodedSpan(.base64, at: offset, key.map { $0 + sealed.bytes } ?? sealed.bytes))
        }
        spans.append(EncodedSpan(.hex, at: line.count - 2 - 64, spelling.digest))
        return PackedSpans.cell(line, spans)
    }
}

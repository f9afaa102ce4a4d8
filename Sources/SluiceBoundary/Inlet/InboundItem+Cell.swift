internal import SluiceStore

extension InboundItem {
    /// The line as it stands in a store.
    package var cell: [UInt8] {
        var spans = [EncodedSpan(.hex, at: spelling.previousAt, spelling.previous)]
        if let sealed = item.sealed, let offset = spelling.sealedAt {
            spans.append(EncodedSpan(.base64, at: offset, sealed.inLine(hasKeyLine: keyLine != nil)))
        }
        spans.append(EncodedSpan(.hex, at: line.count - 2 - 64, spelling.digest))
        return PackedSpans.cell(line, spans)
    }
}

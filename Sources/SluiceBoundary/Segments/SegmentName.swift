/// `0001-000000000042.seg`: epoch and batch, so that names sort in the order of the stream and an epoch raised after a
/// restore never meets a file of the one before.
enum SegmentName {
    static func text(_ position: BatchPosition) -> String {
        padded(position.epoch, 4) + "-" + padded(position.batch, 12) + ".seg"
    }

    /// nil for anything else, half-written `.tmp` files above all.
    static func position(_ name: String) -> BatchPosition? {
        guard name.hasSuffix(".seg") else { return nil }
        let parts = name.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let epoch = Int(parts[0]), let batch = Int(parts[1]) else { return nil }
        let position = BatchPosition(epoch: epoch, batch: batch)
        return text(position) == name ? position : nil
    }

    /// Takes the batches of earlier epochs away, and nothing else that lies in the folder.
    static func removeEpochs(before epoch: Int, in folder: String) throws {
        for name in try Files.names(in: folder) {
            guard let position = position(name), position.epoch < epoch else { continue }
            try Files.remove(folder + "/" + name)
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}

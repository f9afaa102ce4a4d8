import SluiceSDK

@testable import SluiceBoundary

/// What can be done to a batch by somebody who has its file: without a key, with a wrong one, or with the relay's.
struct Tampering {
    let specimen: TamperBench.Specimen

    /// Header, entries and manifest, without line breaks.
    var lines: [[UInt8]] { specimen.bytes.split(separator: 0x0A).map { Array($0) } }

    /// What a line is: `item`, `key`, `verdict`, `receipt`, `origin`, `header`, `manifest`.
    static func kind(of line: [UInt8]) -> String {
        for (prefix, kind) in [
            ("segment", "header"), ("item", "item"), ("key", "key"), ("verdict", "verdict"), ("receipt", "receipt"),
        ] where line.starts(with: Array("{\"type\":\"\(prefix)\"".utf8)) { return kind }
        return line.starts(with: Array("{\"type\":\"origin\"".utf8)) ? "origin" : "manifest"
    }

    /// Every byte changed, with the kind of line that it stands in.
    /// - Parameter all: every bit of it, and all of them; else one.
    func flips(all: Bool) -> [(kind: String, bytes: [UInt8])] {
        var found: [(String, [UInt8])] = []
        var start = 0
        for line in lines {
            for index in start...(start + line.count) {
                let masks: [UInt8] = all ? (0..<8).map { 1 << $0 } + [0xFF] : [1 << UInt8(index % 8)]
                for mask in masks {
                    var bad = specimen.bytes
                    bad[index] ^= mask
                    found.append((Self.kind(of: line), bad))
                }
            }
            start += line.count + 1
        }
        return found
    }

    /// Lines left out, doubled, in another order, and the file cut off.
    func rearrangements() -> [(kind: String, bytes: [UInt8])] {
        let lines = lines
        var found: [(String, [UInt8])] = []
        for index in lines.indices {
            let kind = Self.kind(of: lines[index])
            var other = lines
            other.remove(at: index)
            found.append(("\(kind) deleted", Self.joined(other)))
            other = lines
            other.insert(lines[index], at: index)
            found.append(("\(kind) repeated", Self.joined(other)))
            if index > 0 {
                other = lines
                other.swapAt(index - 1, index)
                found.append(("lines in another order", Self.joined(other)))
                found.append(("cut off behind a line", Self.joined(Array(lines[..<index]))))
            }
        }
        for kept in stride(from: 0, to: specimen.bytes.count - 1, by: 7) {
            found.append(("cut off within a line", Array(specimen.bytes[..<kept])))
        }
        return found
    }

    /// The same batch, signed by somebody else.
    func signed(by key: SigningKey) throws -> [UInt8] {
        let manifest = try manifest()
        let line = Manifest.line(manifest.bytes, signature: try key.sign(manifest.bytes))
        return Self.joined(lines.dropLast() + [line])
    }

    /// With the signature of another batch of the same producer.
    func withSignature(of other: Tampering) throws -> [UInt8] {
        let line = Manifest.line(try manifest().bytes, signature: try other.manifest().signature)
        return Self.joined(lines.dropLast() + [line])
    }

    /// With the manifest of another batch.
    func withManifest(of other: Tampering) -> [UInt8] { Self.joined(lines.dropLast() + [other.lines.last ?? []]) }

    /// Passed-on lines changed by a relay that signs what it made of them: what its own key lets it do.
    func liesOfTheRelay() throws -> [(kind: String, bytes: [UInt8])] {
        let entries = Array(lines.dropFirst().dropLast())
        guard let origin = entries.firstIndex(where: { Self.kind(of: $0) == "origin" }) else { return [] }
        let passed = entries.indices.filter { $0 > origin && ["item", "receipt"].contains(Self.kind(of: entries[$0])) }
        var found: [(String, [UInt8])] = []
        for index in [origin] + passed {
            let kind = index == origin ? "the proof" : "passed-on \(Self.kind(of: entries[index]))"
            for byte in entries[index].indices {
                var other = entries
                other[index][byte] ^= 1 << UInt8(byte % 3)
                found.append(("relay alters \(kind)", try resigned(other)))
            }
        }
        for index in passed {
            var other = entries
            other.remove(at: index)
            found.append(("relay keeps back one of the lines it announces", try resigned(other)))
            other = entries
            other.insert(entries[index], at: index)
            found.append(("relay repeats a line", try resigned(other)))
        }
        if passed.count > 1 {
            var other = entries
            other.swapAt(passed[0], passed[1])
            found.append(("relay changes the order", try resigned(other)))
        }
        var alone = entries
        alone.remove(at: origin)
        found.append(("relay passes lines without their proof", try resigned(alone)))
        return found
    }

    func manifest() throws -> (manifest: Manifest, bytes: [UInt8], signature: [UInt8]) {
        var scanner = LineScanner(lines.last ?? [])
        return try scanner.manifestLine()
    }

    private func resigned(_ entries: [[UInt8]]) throws -> [UInt8] {
        // A line that the flip has cut in two is two lines.
        let entries = entries.flatMap { $0.split(separator: 0x0A).map { Array($0) } }
        let all = [lines[0]] + entries
        var manifest = try manifest().manifest
        manifest.root = SHA256.hash(all.flatMap { SHA256.hash($0) })
        manifest.head = Manifest.head(after: manifest.previous, root: manifest.root)
        manifest.lines = all.count
        manifest.count = entries.count { Self.kind(of: $0) == "item" }
        let signed = manifest.json()
        return Self.joined(all + [Manifest.line(signed, signature: try TamperBench.key("relay").sign(signed))])
    }

    private static func joined(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [0x0A] } }
}

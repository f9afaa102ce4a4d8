internal import CIconv
internal import Foundation

/// One conversion by the system's iconv. Descriptors are opened for each: glibc keeps the tables.
enum Iconv {
    struct Converted {
        var bytes: [UInt8] = []
        /// Offset in the input of the first sequence that is no character.
        var firstFault: Int?
    }

    static func exists(_ name: String) -> Bool {
        guard let descriptor = open(from: name, to: "utf-8") else { return false }
        iconv_close(descriptor)
        return true
    }

    /// Every byte that begins no character is left out and `mark` written for it.
    static func convert(_ input: [UInt8], from: String, to: String, replacing mark: [UInt8]) -> Converted {
        guard let descriptor = open(from: from, to: to) else { return Converted(firstFault: 0) }
        defer { iconv_close(descriptor) }
        var run = Run(descriptor: descriptor, mark: mark, block: min(64 << 10, input.count * 2 + 64))
        run.converted.bytes.reserveCapacity(input.count + input.count / 2)
        // iconv's input pointer is not const, though it only reads; a copy would double what a large message takes.
        input.withUnsafeBytes { bytes in
            run.consume(UnsafeMutableBufferPointer(mutating: bytes.bindMemory(to: CChar.self)))
        }
        run.flush()
        return run.converted
    }

    private static func open(from: String, to: String) -> iconv_t? {
        let descriptor = iconv_open(to, from)
        return descriptor == iconv_t(bitPattern: -1) ? nil : descriptor
    }

    private struct Run {
        let descriptor: iconv_t
        let mark: [UInt8]
        var converted = Converted()
        private var block: [CChar]

        init(descriptor: iconv_t, mark: [UInt8], block: Int) {
            self.descriptor = descriptor
            self.mark = mark
            self.block = [CChar](repeating: 0, count: block)
        }

        mutating func consume(_ input: UnsafeMutableBufferPointer<CChar>) {
            var next = input.baseAddress
            var left = input.count
            while left > 0 {
                let failure = step(&next, &left)
                if failure == 0 || failure == E2BIG { continue }
                // EILSEQ, or EINVAL for a sequence cut off by the end.
                if converted.firstFault == nil { converted.firstFault = input.count - left }
                converted.bytes.append(contentsOf: mark)
                next = next?.advanced(by: 1)
                left -= 1
                _ = iconv(descriptor, nil, nil, nil, nil)
            }
        }

        /// Writes what a charset with shift states still holds.
        mutating func flush() {
            var next: UnsafeMutablePointer<CChar>?
            var left = 0
            _ = step(&next, &left)
        }

        /// Converts until the block is full, the input ends or something is no character; errno then, else 0.
        private mutating func step(_ next: inout UnsafeMutablePointer<CChar>?, _ left: inout Int) -> Int32 {
            block.withUnsafeMutableBufferPointer { buffer in
                var out = buffer.baseAddress
                var space = buffer.count
                let isFailed = iconv(descriptor, &next, &left, &out, &space) == -1
                let failure = isFailed ? errno : 0
                let written = UnsafeRawBufferPointer(start: buffer.baseAddress, count: buffer.count - space)
                converted.bytes.append(contentsOf: written)
                return failure
            }
        }
    }
}

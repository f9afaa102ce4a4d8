internal import Dispatch
internal import Glibc
internal import SluiceConfig

/// Asks clamd, by its INSTREAM command (clamd(8)): the file goes over the socket and never lies anywhere it could be run.
/// Anything but a plain answer is an error, and the file waits.
struct ClamdScanner: AttachmentScanner {
    let scan: AttachmentLimits.Scan
    private let queue = DispatchQueue(label: "sluice.relay.clamd")

    init(_ scan: AttachmentLimits.Scan) {
        self.scan = scan
    }

    func scan(_ bytes: [UInt8]) async throws -> String? {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try ask(bytes) }) }
        }
    }

    private static let chunk = 64 << 10
    private static let mostAnswer = 4096

    private func ask(_ bytes: [UInt8]) throws -> String? {
        let socket = try connected()
        defer { close(socket) }
        let deadline = ContinuousClock.now.advanced(by: scan.time)
        try send(Array("zINSTREAM\0".utf8)[...], socket, deadline)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Self.chunk)
            rest = rest.dropFirst(Self.chunk)
            try send(withUnsafeBytes(of: UInt32(piece.count).bigEndian) { Array($0) }[...], socket, deadline)
            try send(piece, socket, deadline)
        }
        try send([0, 0, 0, 0], socket, deadline)
        return try Self.verdict(try answer(socket, deadline))
    }

    /// `stream: OK`, `stream: NAME FOUND`, or an error.
    static func verdict(_ answer: String) throws -> String? {
        guard answer.hasPrefix("stream: ") else { throw ScanError("clamd said \"\(answer.prefix(200))\"") }
        let words = answer.dropFirst("stream: ".count)
        if words == "OK" { return nil }
        guard words.hasSuffix(" FOUND") else { throw ScanError("clamd said \"\(answer.prefix(200))\"") }
        // It goes into a reason that travels: plain words only.
        let name = words.dropLast(" FOUND".count).unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789._-:".unicodeScalars.contains(scalar))
                ? scalar : "_"
        }
        return String(String.UnicodeScalarView(name).prefix(100))
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ socket: Int32, _ deadline: ContinuousClock.Instant) throws {
        var rest = bytes
        while !rest.isEmpty {
            try wait(socket, Int16(POLLOUT), deadline)
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw ScanError.system("sending") }
            rest = rest.dropFirst(count)
        }
    }

    private func answer(_ socket: Int32, _ deadline: ContinuousClock.Instant) throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while bytes.last != 0, bytes.count < Self.mostAnswer {
            try wait(socket, Int16(POLLIN), deadline)
            let count = recv(socket, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw ScanError("clamd closed the connection without an answer") }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private func wait(_ socket: Int32, _ events: Int16, _ deadline: ContinuousClock.Instant) throws {
        let left = deadline - ContinuousClock.now
        var watched = pollfd(fd: socket, events: events, revents: 0)
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        guard left > .zero, poll(&watched, 1, Int32(clamping: max(1, milliseconds))) > 0 else {
            throw ScanError("clamd did not answer in \(scan.time.components.seconds) s")
        }
    }

    private func connected() throws -> Int32 {
        switch scan.place {
        case .socket(let path): return try connected(toFile: path)
        case .address(let host, let port): return try connected(host, port)
        }
    }

    private func connected(toFile path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw ScanError("the socket's path is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return try checked(socket, code)
    }

    private func connected(_ host: String, _ port: Int) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
            throw ScanError("'\(host)' has no address")
        }
        defer { freeaddrinfo(found) }
        let info = first.pointee
        let socket = Glibc.socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        return try checked(socket, connect(socket, info.ai_addr, info.ai_addrlen))
    }

    private func checked(_ socket: Int32, _ code: Int32) throws -> Int32 {
        guard code == 0 else {
            let error = ScanError.system("connecting")
            if socket >= 0 { close(socket) }
            throw error
        }
        return socket
    }
}

/// Why the scanner did not say anything of use.
struct ScanError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }

    static func system(_ action: String) -> ScanError { ScanError("\(action): \(String(cString: strerror(errno)))") }
}

package import Glibc
internal import Synchronization

/// Loopback ports for servers that are started here.
public enum FreePort {
    private struct Given {
        var ports: Set<Int> = []
        /// What keeps the newest of them from other processes; by the time that one is let go of, whom it was for listens.
        var claims: [Int32] = []
    }

    private static let given = Mutex(Given())
    private static let mostClaims = 128

    /// A port that nobody listens on, below those that the system hands out to others, and never the same twice in
    /// one process: two tests at the same time do not meet. Another process that asks here is not given it either.
    public static func next() -> Int {
        while true {
            let port = Int.random(in: 15_000..<30_000)
            guard given.withLock({ $0.ports.insert(port).inserted }), let claim = claim(port) else { continue }
            guard isFree(port) else {
                close(claim)
                continue
            }
            given.withLock { given in
                given.claims.append(claim)
                if given.claims.count > mostClaims { close(given.claims.removeFirst()) }
            }
            return port
        }
    }

    /// A socket with a name that only one can have, and that goes with it: the port itself stays free, for servers that
    /// share a port with nobody. nil when another process has it.
    private static func claim(_ port: Int) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        // Abstract: a name without a file begins with a nought.
        let name = [0] + Array("sluice-port-\(port)".utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
        if isBound { return descriptor }
        close(descriptor)
        return nil
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        // A program that another test starts at this instant holds this socket until it has closed what it inherited:
        // without sharing, the server that the port is for would not get it.
        share(descriptor)
        return withLoopback(port) { bind(descriptor, $0, $1) == 0 }
    }

    /// Lets another socket have the same port as long as none of them listens.
    package static func share(_ descriptor: Int32) {
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// What the server on a port says first; "" when it takes connections and keeps silent, nil when nobody is there.
    ///
    /// - Parameter patience: milliseconds to wait for the first words; 0 asks for none.
    static func greeting(_ port: Int, patience: Int32) -> String? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        guard withLoopback(port, { connect(descriptor, $0, $1) == 0 }) else { return nil }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard patience > 0, poll(&waiting, 1, patience) > 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    package static func withLoopback<Value>(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

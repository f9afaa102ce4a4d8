package import Glibc
internal import Synchronization

/// Loopback ports for servers that are started here.
public enum FreePort {
    private static let given = Mutex<Set<Int>>([])

    /// A port that nobody listens on, below those that the system hands out to others, and never the same twice in
    /// one process: two tests at the same time do not meet.
    public static func next() -> Int {
        while true {
            let port = Int.random(in: 15_000..<30_000)
            if given.withLock({ $0.insert(port).inserted }), isFree(port) { return port }
        }
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

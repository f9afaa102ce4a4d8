import Foundation
import SluiceTesting

extension Installation {
    /// Where the zones listen.
    struct Ports: Sendable {
        /// Where upstreams push.
        let push = FreePort.next()
        /// Where handlers call.
        let handlers = FreePort.next()
        /// `/readyz` of each zone.
        let signals = ["external": FreePort.next(), "relay": FreePort.next(), "internal": FreePort.next()]
    }

    /// Blocks until every one of these zones does its work: whoever calls it finds it, its store takes a write, and no
    /// stream of it stands still.
    func waitUntilReady(_ names: [String]) throws {
        let limit = now() + 60_000_000_000
        for name in names {
            while !isReady(name) {
                for zone in zones where zone.process.end != nil { throw InstallationError("\(zone.name): \(log())") }
                guard now() < limit else { throw InstallationError("\(name) does not get ready: \(log())") }
                usleep(5_000)
            }
        }
    }

    private func isReady(_ zone: String) -> Bool {
        let doors = ["external": ports.push, "internal": ports.handlers]
        if let door = doors[zone] {
            guard let socket = try? Socket.connect(port: door) else { return false }
            socket.shut()
        }
        return ports.signals[zone].map(saysReady) ?? false
    }

    private func saysReady(_ port: Int) -> Bool {
        guard let socket = try? Socket.connect(port: port) else { return false }
        defer { socket.shut() }
        socket.limitReading(to: 5)
        let request = Array("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard (try? socket.write(request)) != nil else { return false }
        return (try? socket.message())?.status == 200
    }
}

import Testing

@testable import sluice_bench

/// A run with ill channels in which nobody was ill must say so.
@Suite struct TroubleTests {
    private func server(garbage: String, flood: String) throws -> Listener {
        let listener = try Listener()
        listener.start { socket in
            while let request = try socket.message() {
                let status = request.head.contains("/channels/garbage") ? garbage : flood
                try socket.write(Array("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n".utf8))
            }
        }
        return listener
    }

    /// What is wrong with the answers, once both were answered a few times.
    private func faults(garbage: String, flood: String) async throws -> [String] {
        let server = try server(garbage: garbage, flood: flood)
        let trouble = Trouble(port: server.port, share: 5)
        trouble.start()
        while trouble.leastAnswered < 3 { try await Task.sleep(for: .milliseconds(5)) }
        trouble.stop()
        return trouble.faults.filter { $0.contains("was to be answered") }
    }

    @Test func garbageThatIsRefusedAndTicketsThatAreTakenAreWhatIsWanted() async throws {
        #expect(try await faults(garbage: "422 Unprocessable Content", flood: "200 OK").isEmpty)
    }

    @Test func garbageThatIsTakenIsAFault() async throws {
        let faults = try await faults(garbage: "200 OK", flood: "200 OK")
        #expect(faults.count == 1 && faults.allSatisfy { $0.hasPrefix("'garbage'") })
    }

    @Test func ticketsThatAreRefusedAreNoOverload() async throws {
        let faults = try await faults(garbage: "422 Unprocessable Content", flood: "401 Unauthorized")
        #expect(faults.count == 1 && faults.allSatisfy { $0.hasPrefix("'flood'") })
    }

    @Test func whoFindsNobodySaysSo() {
        // Nobody listens on port 1.
        let trouble = Trouble(port: 1, share: 5)
        trouble.start()
        trouble.stop()
        #expect(trouble.faults.count { $0.contains("had to give up") } == 2)
    }
}

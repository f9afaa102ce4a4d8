public import SluiceSDK

extension PluginError {
    /// What a failed step on a file server means for whoever wanted something of it.
    public init(_ error: CurlError, _ server: FileServer) {
        let host = server.address.host
        switch error.code {
        case "curl.login":
            // Not at once: many servers lock a user out after a few wrong passwords.
            self.init(
                .retry(after: .seconds(600)), "remote-files.login",
                "\(host) refuses user or key; correct 'auth'. An RSA key may be too old for the server: take Ed25519")
        case "curl.tls" where server.address.isSFTP:
            self.init(
                .retry(after: .seconds(300)), "remote-files.host-key",
                "\(host) shows a key that known_hosts does not have: somebody stands in between, or the server has a new "
                    + "one. Ask its people for the fingerprint before anything is changed")
        case "curl.denied", "curl.command", "curl.not-found", "curl.upload":
            self.init(
                .notConnected, "remote-files.missing",
                "the folder cannot be opened, or a file in it cannot be written, moved or deleted; correct 'url', or have "
                    + "the server's people give this user the right and room (\(error.reason))")
        default:
            self.init(.notConnected, "remote-files." + error.code.drop { $0 != "." }.dropFirst(), error.reason)
        }
    }
}

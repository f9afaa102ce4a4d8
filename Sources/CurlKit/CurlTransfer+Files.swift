internal import CCurl

extension CurlTransfer {
    /// In place of an HTTP request's method, headers and body.
    func setFiles(_ easy: UnsafeMutableRawPointer, _ files: CurlFiles) -> CURLcode {
        for command in files.before { commandList = Self.append(command, to: commandList) }
        for command in files.afterwards { lateCommandList = Self.append(command, to: lateCommandList) }
        let level = files.requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE
        let paths = Int(CURLFTPMETHOD_NOCWD.rawValue)
        return first(
            { files.user.map { sluice_curl_set_string(easy, CURLOPT_USERNAME, $0) } ?? CURLE_OK },
            { files.password.map { sluice_curl_set_string(easy, CURLOPT_PASSWORD, $0) } ?? CURLE_OK },
            { sluice_curl_set_long(easy, CURLOPT_USE_SSL, Int(level.rawValue)) },
            // Full paths from where the log-in leads: commands must not depend on what a kept connection did before.
            { sluice_curl_set_long(easy, CURLOPT_FTP_FILEMETHOD, paths) },
            // The data connection goes where the control connection went, whatever the server answers.
            { sluice_curl_set_long(easy, CURLOPT_FTP_SKIP_PASV_IP, 1) },
            { self.setSSH(easy, files) },
            { sluice_curl_set_list(easy, CURLOPT_QUOTE, self.commandList) },
            { sluice_curl_set_list(easy, CURLOPT_POSTQUOTE, self.lateCommandList) },
            { files.isAlone ? sluice_curl_set_long(easy, CURLOPT_FRESH_CONNECT, 1) : CURLE_OK },
            { files.isAlone ? sluice_curl_set_long(easy, CURLOPT_FORBID_REUSE, 1) : CURLE_OK },
            { self.setAction(easy, files.action) })
    }

    /// An empty file knows nobody: without one, libcurl would ask nobody and trust everybody.
    private func setSSH(_ easy: UnsafeMutableRawPointer, _ files: CurlFiles) -> CURLcode {
        let types = files.keyFile == nil ? CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD : CURLSSH_AUTH_PUBLICKEY
        return first(
            { sluice_curl_set_string(easy, CURLOPT_SSH_KNOWNHOSTS, files.knownHosts ?? "/dev/null") },
            { sluice_curl_set_long(easy, CURLOPT_SSH_AUTH_TYPES, Int(types)) },
            { files.keyFile.map { sluice_curl_set_string(easy, CURLOPT_SSH_PRIVATE_KEYFILE, $0) } ?? CURLE_OK },
            { files.passphrase.map { sluice_curl_set_string(easy, CURLOPT_KEYPASSWD, $0) } ?? CURLE_OK })
    }

    private func setAction(_ easy: UnsafeMutableRawPointer, _ action: CurlFiles.Action) -> CURLcode {
        switch action {
        case .fetch(let from):
            first(
                { sluice_curl_set_long(easy, CURLOPT_FILETIME, 1) },
                { from > 0 ? sluice_curl_set_string(easy, CURLOPT_RANGE, "\(from)-") : CURLE_OK })
        case .list(let command):
            command.map { sluice_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, $0) } ?? CURLE_OK
        case .upload: setUpload(easy)
        case .commands: sluice_curl_set_long(easy, CURLOPT_NOBODY, 1)
        }
    }

    private static func append(
        _ command: [UInt8], to list: UnsafeMutablePointer<curl_slist>?
    ) -> UnsafeMutablePointer<curl_slist>? {
        (command.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { curl_slist_append(list, $0.baseAddress) }
    }
}

internal import CCurl

extension CurlTransfer {
    /// In place of an HTTP request's method, headers and body.
    func setMail(_ easy: UnsafeMutableRawPointer, _ mail: CurlMail) -> CURLcode {
        let isSending = mail.sender != nil
        buildRecipients(mail)
        return first(
            { mail.user.map { sluice_curl_set_string(easy, CURLOPT_USERNAME, $0) } ?? CURLE_OK },
            { mail.password.map { sluice_curl_set_string(easy, CURLOPT_PASSWORD, $0) } ?? CURLE_OK },
            {
                let level = mail.requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE
                return sluice_curl_set_long(easy, CURLOPT_USE_SSL, Int(level.rawValue))
            },
            { mail.command.map { sluice_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, $0) } ?? CURLE_OK },
            { mail.wantsBody ? CURLE_OK : sluice_curl_set_long(easy, CURLOPT_NOBODY, 1) },
            { mail.endsSession ? sluice_curl_set_long(easy, CURLOPT_FORBID_REUSE, 1) : CURLE_OK },
            { mail.sender.map { sluice_curl_set_string(easy, CURLOPT_MAIL_FROM, $0) } ?? CURLE_OK },
            { isSending ? sluice_curl_set_list(easy, CURLOPT_MAIL_RCPT, self.recipientList) : CURLE_OK },
            { isSending ? self.setUpload(easy) : CURLE_OK })
    }

    func setUpload(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return first(
            { sluice_curl_set_long(easy, CURLOPT_UPLOAD, 1) },
            { sluice_curl_set_size(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(self.request.body.count)) },
            { sluice_curl_set_reader(easy, CurlCallbacks.upload, context) })
    }
}

extension CurlCallbacks {
    /// The request's body, piece by piece.
    static let upload: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        buffer, size, count, context in
        guard let buffer, let context else { return 0 }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let piece = transfer.request.body[transfer.uploadedBytes...].prefix(size * count)
        piece.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(start: buffer, count: size * count).copyMemory(from: bytes)
        }
        transfer.uploadedBytes += piece.count
        return piece.count
    }
}

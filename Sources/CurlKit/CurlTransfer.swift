internal import CCurl
internal import SluiceSDK
internal import Synchronization

/// One request on its way: what libcurl's callbacks write to.
///
/// Unchecked: made by the caller, handed over through the loop's lock, and from then on touched by the loop's thread
/// alone; `isCancelled` is atomic.
final class CurlTransfer: @unchecked Sendable {
    let request: CurlRequest
    let isCancelled = Atomic(false)
    var continuation: CheckedContinuation<CurlResponse, any Error>?
    var easy: UnsafeMutableRawPointer?

    var response = CurlResponse(status: 0)
    var headerBytes = 0
    var isTooLarge = false
    /// Addresses that the request's ranges do not hold, and whether any socket was opened all the same.
    var refusedAddress: String?
    var openedSockets = 0

    var uploadedBytes = 0

    private var headerList: UnsafeMutablePointer<curl_slist>?
    private(set) var recipientList: UnsafeMutablePointer<curl_slist>?
    var commandList: UnsafeMutablePointer<curl_slist>?
    var lateCommandList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// - Throws: `CurlError` when the request could break out of its lines.
    init(_ request: CurlRequest) throws {
        try request.validate()
        self.request = request
    }

    deinit {
        release()
        errorText.deallocate()
    }

    /// Sets every option; nil when all is well.
    func prepare(_ easy: UnsafeMutableRawPointer) -> CurlError? {
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        for step in [setWhere, setTLS, setWhat, setLimits, setCallbacks] {
            let code = step(easy)
            if code != CURLE_OK { return CurlError(code, detail: String(cString: errorText)) }
        }
        return nil
    }

    /// Called when libcurl has let go of the easy handle.
    func release() {
        curl_slist_free_all(headerList)
        headerList = nil
        curl_slist_free_all(recipientList)
        recipientList = nil
        curl_slist_free_all(commandList)
        commandList = nil
        curl_slist_free_all(lateCommandList)
        lateCommandList = nil
        easy = nil
    }

    func resume(_ result: Result<CurlResponse, any Error>) {
        continuation?.resume(with: result)
        continuation = nil
    }

    func outcome(_ code: CURLcode) -> Result<CurlResponse, any Error> {
        if let easy, code == CURLE_OK {
            var status = 0
            _ = sluice_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
            response.status = status
            var opened = 0
            _ = sluice_curl_get_long(easy, CURLINFO_NUM_CONNECTS, &opened)
            response.openedConnections = opened
            var modified = -1
            _ = sluice_curl_get_long(easy, CURLINFO_FILETIME, &modified)
            response.modified = modified < 0 ? nil : modified
            return .success(response)
        }
        if isTooLarge {
            return .failure(CurlError("curl.too-large", "the answer is larger than \(request.maxResponseBytes) bytes"))
        }
        if let refusedAddress, openedSockets == 0 || code == CURLE_ABORTED_BY_CALLBACK {
            return .failure(
                CurlError(
                    "curl.address-not-allowed",
                    "the host leads to \(refusedAddress), which is not among the allowed networks "
                        + (request.allowed ?? []).map(\.description).joined(separator: ", ")))
        }
        var error = CurlError(code, detail: String(cString: errorText))
        if let easy, request.mail != nil || request.files != nil {
            var status = 0
            _ = sluice_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
            if status > 0 { error.status = status }
        }
        return .failure(error)
    }

    private func setWhere(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        let path = request.unixSocketPath
        return first(
            { sluice_curl_set_string(easy, CURLOPT_URL, self.request.url) },
            {
                let others = self.request.mail.map { _ in CurlMail.protocols }
                let protocols = others ?? self.request.files.map { _ in CurlFiles.protocols } ?? "http,https"
                return sluice_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, protocols)
            },
            // Empty, or http_proxy in the environment would lead around the allowed addresses.
            { sluice_curl_set_string(easy, CURLOPT_PROXY, self.request.proxy ?? "") },
            { sluice_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0) },
            { sluice_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1) },
            { path.map { sluice_curl_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, $0) } ?? CURLE_OK })
    }

    private func setTLS(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        let tls = request.tls
        return first(
            { tls.authorities.map { sluice_curl_set_string(easy, CURLOPT_CAINFO, $0) } ?? CURLE_OK },
            { tls.certificate.map { sluice_curl_set_string(easy, CURLOPT_SSLCERT, $0) } ?? CURLE_OK },
            { tls.key.map { sluice_curl_set_string(easy, CURLOPT_SSLKEY, $0) } ?? CURLE_OK })
    }

    private func setWhat(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        if let mail = request.mail { return setMail(easy, mail) }
        if let files = request.files { return setFiles(easy, files) }
        let body = request.body
        let hasBody = !body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
        buildHeaders()
        return first(
            { self.request.method == "HEAD" ? sluice_curl_set_long(easy, CURLOPT_NOBODY, 1) : CURLE_OK },
            // The size first: COPYPOSTFIELDS takes as many bytes as it was told before.
            { hasBody ? sluice_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) : CURLE_OK },
            { hasBody ? body.withUnsafeBytes { self.copyBody(easy, $0) } : CURLE_OK },
            { sluice_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, self.request.method) },
            { sluice_curl_set_list(easy, CURLOPT_HTTPHEADER, self.headerList) },
            // Unpacked by libcurl chunk by chunk, and counted as what it unpacks to.
            { sluice_curl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate") },
            { sluice_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)) })
    }

    private func copyBody(_ easy: UnsafeMutableRawPointer, _ bytes: UnsafeRawBufferPointer) -> CURLcode {
        // An empty array may have no address, and NULL would make libcurl read from standard input.
        guard let base = bytes.baseAddress else { return sluice_curl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "") }
        return sluice_curl_set_bytes(easy, CURLOPT_COPYPOSTFIELDS, base)
    }

    private func setLimits(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        first(
            { sluice_curl_set_long(easy, CURLOPT_NOSIGNAL, 1) },
            { sluice_curl_set_long(easy, CURLOPT_TIMEOUT_MS, self.request.timeout.milliseconds) },
            { sluice_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, self.request.connectTimeout.milliseconds) },
            { sluice_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1) },
            { sluice_curl_set_error_buffer(easy, self.errorText) })
    }

    private func setCallbacks(_ easy: UnsafeMutableRawPointer) -> CURLcode {
        // Unretained: the loop holds the transfer for as long as the handle is in the multi handle.
        let context = Unmanaged.passUnretained(self).toOpaque()
        return first(
            { sluice_curl_set_writer(easy, CurlCallbacks.body, context) },
            { sluice_curl_set_header_reader(easy, CurlCallbacks.header, context) },
            { sluice_curl_set_open_socket(easy, CurlCallbacks.openSocket, context) },
            { sluice_curl_set_before_request(easy, CurlCallbacks.beforeRequest, context) },
            // Here alone a cancellation is seen while libcurl waits on its thread: for what a mail server says to a whole
            // letter, say.
            { self.request.family == .web ? CURLE_OK : sluice_curl_set_progress(easy, CurlCallbacks.progress, context) }
        )
    }

    private func buildHeaders() {
        let names = Set(request.headers.map { $0.name.lowercased() })
        // Without these, libcurl waits a second for "100 Continue" and calls every body a form.
        if !names.contains("expect") { headerList = curl_slist_append(headerList, "Expect:") }
        if !names.contains("content-type") { headerList = curl_slist_append(headerList, "Content-Type:") }
        if !names.contains("user-agent") { headerList = curl_slist_append(headerList, "User-Agent: sluice") }
        for header in request.headers {
            // libcurl takes "Name:" as "leave it out" and "Name;" as an empty value.
            headerList = curl_slist_append(
                headerList, header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
    }

    func buildRecipients(_ mail: CurlMail) {
        for recipient in mail.recipients { recipientList = curl_slist_append(recipientList, recipient) }
    }

    func first(_ steps: () -> CURLcode...) -> CURLcode {
        for step in steps {
            let code = step()
            if code != CURLE_OK { return code }
        }
        return CURLE_OK
    }
}

extension Duration {
    /// At least one: zero would mean no limit at all.
    fileprivate var milliseconds: Int {
        max(1, Int(clamping: components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}

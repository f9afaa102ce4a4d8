internal import CurlKit
internal import SluiceSDK

/// Asks for one page until there is an answer that is a page, or says why there is none.
struct PollPages: Sendable {
    let request: PollRequest
    let page: PageRule
    let since: SinceRule?
    let retry: RetryRule
    let success: SuccessRule?
    let auth: ClientAuth
    let context: ChannelContext
    let clock: @Sendable () -> Timestamp

    func fetch(_ pass: PollCheckpoint.Pass) async throws -> CurlResponse {
        var attempt = 1
        while true {
            let (failure, response) = try await ask(pass)
            guard let failure else { return response }
            let pause = retry.pause(attempt: attempt, response, now: clock())
            guard attempt < retry.attempts else {
                throw PluginError(.retry(after: pause), failure.code, failure.reason + " (\(attempt) attempts)")
            }
            context.report("\(failure), asking again in \(pause)")
            try await Task.sleep(for: pause)
            attempt += 1
        }
    }

    /// - Returns: a page, or why there is none and the same may be asked again.
    /// - Throws: `PluginError` when asking again at once is no use.
    private func ask(_ pass: PollCheckpoint.Pass) async throws -> (PluginError?, CurlResponse) {
        do {
            let answer = try await auth.perform(outgoing(pass), maxResponseBytes: context.limits.message)
            guard let refusal = refusal(of: answer) else { return (nil, answer) }
            guard retry.repeats(answer.status) else { throw refusal }
            return (refusal, answer)
        } catch let error as CurlError {
            let failure = PluginError(.notConnected, "http-poll.\(error.code.dropFirst(5))", error.reason)
            guard error.isTransient else { throw waiting(failure) }
            return (failure, CurlResponse(status: 0))
        }
    }

    private func outgoing(_ pass: PollCheckpoint.Pass) -> OutgoingRequest {
        let isAddress = page.style == .linkHeader
        return request.make(
            page: isAddress ? nil : pass.position ?? page.first, pageParameter: page.parameter,
            since: pass.since.flatMap { since?.format.write($0) }, sinceParameter: since?.parameter,
            address: isAddress ? pass.position : nil)
    }

    /// nil when this is a page.
    private func refusal(of response: CurlResponse) -> PluginError? {
        if let fault = SOAPFault(in: response.body, contentType: response.header("content-type")) {
            return waiting(
                PluginError(.notConnected, "http-poll.soap-fault", "\(response.status): \(fault.description)"))
        }
        let said = "the source answers \(response.status)" + (response.body.isEmpty ? "" : ": \(response.excerpt)")
        switch response.status {
        case 200..<300: return envelope(response, said)
        case 300..<400:
            return waiting(
                PluginError(
                    .notConnected, "http-poll.redirect",
                    "the source answers \(response.status) and sends us elsewhere; redirects are not followed, "
                        + "write the final address in 'url'"))
        case 401, 403:
            return waiting(PluginError(.notConnected, "http-poll.denied", said + "; check 'auth'"))
        default: return waiting(PluginError(.notConnected, "http-poll.status", said))
        }
    }

    private func envelope(_ response: CurlResponse, _ said: String) -> PluginError? {
        guard let success else { return nil }
        switch success.find(in: response) {
        case .meant: return nil
        case .notMeant:
            return waiting(
                PluginError(
                    .notConnected, "http-poll.not-success", said + "; \(success.path.text) does not mean success"))
        case .noEnvelope:
            return waiting(
                PluginError(
                    .notConnected, "http-poll.no-envelope",
                    said + "; that is not \(success.path.isXML ? "XML" : "JSON")"))
        }
    }

    /// What a person or the source has to mend is tried again all the same, slowly: nobody has to restart a channel.
    private func waiting(_ error: PluginError) -> PluginError {
        PluginError(.retry(after: retry.longest), error.code, error.reason)
    }
}

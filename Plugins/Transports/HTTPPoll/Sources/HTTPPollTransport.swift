internal import CurlKit
public import SluiceSDK
internal import Synchronization

/// Fetches records from the upstream's HTTP interface, page by page, and again every so often.
public final class HTTPPollTransport: Transport {
    public static let spec = PluginSpec(
        "http-poll", "Fetches records from the upstream's HTTP interface.",
        ConfigSpec(
            [
                ConfigField(
                    "url", .template, required: true, example: "https://example.org/api/orders",
                    "Where from; `{page}` and `{since}` may stand behind the host."),
                ConfigField("method", .choice(["GET", "POST"]), default: "GET", example: "POST", "The method."),
                ConfigField("query", .map(.template), example: "{ pageSize: 200 }", "Query parameters."),
                ConfigField("headers", .map(.template), example: "{ X-Source: sluice }", "Headers."),
                ConfigField(
                    "body", .object(BodyTemplate.spec(example: "since")),
                    example: "{ json: { pageNo: \"{page|number}\" } }",
                    "The body of a POST."),
                ConfigField("every", .duration, example: "30s", "The pause between two passes; 60s without `cron`."),
                ConfigField(
                    "cron", .string, example: "\"*/5 8-18 * * 1-5\"",
                    "Or when passes begin: five fields of cron, in the gateway's zone."),
                ClientAuth.field,
                ConfigField(
                    "page", .object(PageRule.spec), example: "{ style: number, param: pageNo, items: $.data.rows[*] }",
                    "How the answer is cut into pages."),
                ConfigField(
                    "since", .object(SinceRule.spec),
                    example: "{ param: updatedAfter, from: $.updateTime, overlap: 10m }", "Asks only for what is new."),
                ConfigField("retry", .object(RetryRule.spec), example: "{ attempts: 5 }", "What is tried again."),
                ConfigField(
                    "success", .object(SuccessRule.spec), example: "{ where: $.code, equals: [0] }",
                    "What a 2xx answer must say inside to be a page."),
            ] + ClientRoute.fields))

    private let context: ChannelContext
    private let pages: PollPages
    private let schedule: PollSchedule
    private let url: String
    private let state: Mutex<State>
    private let clock: @Sendable () -> Timestamp

    private struct State {
        var pass: PollPass
        /// What the journal has.
        var committed: PollCheckpoint
        var isFirst = true
    }

    /// - Throws: `ConfigIssue`.
    public convenience init(_ config: Config, context: ChannelContext) throws {
        try self.init(config, context: context, clock: { .now() })
    }

    init(_ config: Config, context: ChannelContext, clock: @escaping @Sendable () -> Timestamp) throws {
        let since = try config.optionalObject("since").map(SinceRule.init)
        let page = try PageRule(config.optionalObject("page"))
        if let since, page.items == nil {
            throw ConfigIssue(
                at: config.optional("since")?.place ?? config.place, "http-poll.page",
                "'since' reads \(since.path.text) of every record, and nothing says where the records are",
                hint: "add 'page: { items: $.data.rows[*] }'")
        }
        pages = PollPages(
            request: try PollRequest(config), page: page, since: since,
            retry: try RetryRule(config.optionalObject("retry")),
            success: try config.optionalObject("success").map(SuccessRule.init),
            auth: try ClientAuth(config, clock: clock), context: context, clock: clock)
        schedule = try PollSchedule(config, zone: context.zone)
        url = try config.string("url")
        self.context = context
        self.clock = clock
        let saved = PollCheckpoint(text: context.checkpoint)
        state = Mutex(State(pass: PollPass(saved), committed: saved))
    }

    /// Opens nothing; goes back to what the journal has.
    public func connect() async throws {
        state.withLock { $0.pass = PollPass($0.committed) }
    }

    /// The next page. A pass that was cut short goes on at once, a new one waits for its time.
    public func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            let pass = try await currentPass()
            let response = try await pages.fetch(pass)
            let reading = try PageReading(response, rule: pages.page, pass: pass, url: url)
            let (step, after) = state.withLock { state in
                let step = state.pass.take(reading, pages.page, pages.since)
                if !step.isNew { state.committed.pass = nil }
                return (step, state.pass.checkpoint)
            }
            for warning in step.warnings { context.report(warning) }
            if step.isNew { return message(response, pass, after) }
        }
    }

    public func close() async {}

    public func rewound(_ checkpoint: String?, to time: Timestamp) throws -> RewoundCheckpoint {
        try PollBackfill(since: pages.since, zone: context.zone).rewound(checkpoint, to: time)
    }

    private func currentPass() async throws -> PollCheckpoint.Pass {
        if let pass = state.withLock({ $0.pass.checkpoint.pass }) { return pass }
        try await schedule.wait(isFirst: state.withLock { $0.isFirst }, clock: clock)
        let now = clock()
        let (pass, warnings) = state.withLock { state in
            state.isFirst = false
            let warnings = state.pass.begin(pages.since, now: now)
            return (state.pass.checkpoint.pass ?? PollCheckpoint.Pass(), warnings)
        }
        for warning in warnings { context.report(warning) }
        return pass
    }

    /// There is nobody to tell: the source learns what we have from what is asked for next.
    private func message(
        _ response: CurlResponse, _ pass: PollCheckpoint.Pass, _ after: PollCheckpoint
    ) -> InboundMessage {
        let raw = RawMessage(
            bytes: response.body, contentType: response.header("content-type"),
            origin: "page \(pass.pages + 1) of \(url.prefix { $0 != "?" && $0 != "{" })")
        return InboundMessage(raw, checkpoint: after.text) { [self] _ in
            state.withLock { $0.committed = after }
        }
    }
}

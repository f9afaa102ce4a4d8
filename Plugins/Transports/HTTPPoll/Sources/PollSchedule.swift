internal import SluiceSDK

/// When a pass begins.
enum PollSchedule: Sendable {
    case every(Duration)
    case cron(CronTimes, Zone)

    /// No wait is longer than this without a look at the clock, so that a clock that is set is noticed.
    private static let slice: Duration = .seconds(30)

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, zone: Zone) throws {
        guard let cron = config.optional("cron") else {
            let every = try config.optionalDuration("every") ?? .seconds(60)
            guard every > .zero else {
                throw ConfigIssue(
                    at: config.optional("every")?.place ?? config.place, "http-poll.every",
                    "'every' is no time at all", hint: "write every: 30s")
            }
            self = .every(every)
            return
        }
        guard !config.has("every") else {
            throw ConfigIssue(at: cron.place, "http-poll.schedule", "both 'every' and 'cron' are set", hint: "keep one")
        }
        guard let times = CronTimes(cron.text ?? "") else {
            throw ConfigIssue(
                at: cron.place, "http-poll.cron", "'\(cron)' is not a time that ever comes, in five fields of cron",
                hint: "write minute, hour, day, month and weekday: \"*/5 8-18 * * 1-5\"")
        }
        self = .cron(times, zone)
    }

    /// Waits until the next pass. The first pass of `every` begins at once.
    func wait(isFirst: Bool, clock: @Sendable () -> Timestamp) async throws {
        switch self {
        case .every(let pause): if !isFirst { try await Task.sleep(for: pause) }
        case .cron(let times, let zone):
            guard var due = times.next(after: clock(), in: zone) else { return }
            while clock() < due {
                let left = due.milliseconds - clock().milliseconds
                try await Task.sleep(for: min(.milliseconds(left), Self.slice))
                // After a step back of the clock the next time is nearer than the one waited for.
                if let next = times.next(after: clock(), in: zone) { due = min(due, next) }
            }
        }
    }
}

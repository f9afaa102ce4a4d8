/// The metrics that Sluice exports. The page docs/metrics.md lists them; a test holds the two together.
///
/// Labels are bounded: channels and handlers of the configuration, and words of this program.
enum Metric: String, CaseIterable, Sendable {
    case records = "sluice_records_total"
    case refused = "sluice_refused_total"
    case channelState = "sluice_channel_state"
    case channelLastMessage = "sluice_channel_last_message_timestamp_seconds"
    case repliesToSend = "sluice_replies"
    case itemsJudged = "sluice_items"
    case itemsTaken = "sluice_items_taken_total"
    case itemsHeld = "sluice_held_items"
    case itemsHeldOldest = "sluice_held_oldest_timestamp_seconds"
    case streamStopped = "sluice_stream_stopped"
    case itemsAdmitted = "sluice_items_admitted_total"
    case deliveries = "sluice_deliveries_total"
    case deliveryQueue = "sluice_delivery_queue"
    case deliveryOldest = "sluice_delivery_oldest_timestamp_seconds"
    case deliveryFailedAttempts = "sluice_delivery_failed_attempts"
    case storeBytes = "sluice_store_bytes"
    case memory = "process_resident_memory_bytes"
    case cpu = "process_cpu_seconds_total"
    case openFiles = "process_open_fds"

    enum Kind: String, Sendable {
        case counter, gauge
    }

    var kind: Kind { rawValue.hasSuffix("_total") ? .counter : .gauge }

    var help: String {
        switch self {
        case .records: "Records by channel and outcome (new, revised, absorbed, rejected)."
        case .refused: "Requests that were not taken, by channel."
        case .channelState: "1 for the state a channel is in."
        case .channelLastMessage: "When the channel's last message was journalled."
        case .repliesToSend: "Replies by channel and state (waiting, acknowledged, failed, unknown, not_wanted)."
        case .itemsJudged: "Items at the relay by channel and decision (released, held, rejected)."
        case .itemsTaken: "Released items that the far side has receipted, by channel."
        case .itemsHeld: "Items that wait for a person at the relay, by channel."
        case .itemsHeldOldest: "When the oldest of them arrived, by channel."
        case .streamStopped: "1 when a stream stands still because a batch could not be trusted."
        case .itemsAdmitted: "Items admitted on the internal side, by channel."
        case .deliveries: "Events delivered, by handler."
        case .deliveryQueue: "Events not delivered yet, by handler."
        case .deliveryOldest: "When the oldest event in a handler's queue was made."
        case .deliveryFailedAttempts: "Failed attempts of batches that are still open, by handler."
        case .storeBytes: "Size of a zone's database file."
        case .memory: "Resident memory of this process."
        case .cpu: "User and system time of this process."
        case .openFiles: "Open file descriptors of this process."
        }
    }
}

/// One value with its labels.
struct Sample: Sendable {
    var metric: Metric
    var labels: [(name: String, value: String)]
    var value: Double

    init(_ metric: Metric, _ labels: [(name: String, value: String)] = [], _ value: some BinaryInteger) {
        self.init(metric, labels, Double(value))
    }

    init(_ metric: Metric, _ labels: [(name: String, value: String)] = [], _ value: Double) {
        self.metric = metric
        self.labels = labels
        self.value = value
    }
}

/// The Prometheus text format, version 0.0.4.
enum MetricsText {
    static func text(_ samples: [Sample]) -> String {
        var lines: [String] = []
        for metric in Metric.allCases {
            let own = samples.filter { $0.metric == metric }
            if own.isEmpty { continue }
            lines.append("# HELP \(metric.rawValue) \(metric.help)")
            lines.append("# TYPE \(metric.rawValue) \(metric.kind.rawValue)")
            lines += own.map(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ sample: Sample) -> String {
        let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
        let value = sample.value == sample.value.rounded() ? String(Int64(sample.value)) : String(sample.value)
        return sample.metric.rawValue + (labels.isEmpty ? "" : "{\(labels)}") + " " + value
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

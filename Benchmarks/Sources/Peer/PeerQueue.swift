/// How rsyslog keeps what it has read until PostgreSQL has it.
enum PeerQueue: String, CaseIterable {
    /// Every record is in a synced file before it goes on. This is the promise that Sluice gives with each answer, so it is
    /// the fair neighbour, though rsyslog's own advice is the other one.
    case disk
    /// Records stay in memory and go to synced files only when the queue is nearly full: what most people run. A power cut
    /// takes what is in memory; the file that it was read from is still there.
    case diskAssisted

    var title: String {
        switch self {
        case .disk: "disk queue"
        case .diskAssisted: "disk-assisted queue"
        }
    }

    /// Parameters of the ruleset's queue.
    var parameters: String {
        let files = #"queue.filename="tickets" queue.syncqueuefiles="on" queue.checkpointinterval="500""#
        let kind =
            switch self {
            case .disk: #"queue.type="disk""#
            case .diskAssisted: #"queue.type="linkedList" queue.size="10000" queue.saveonshutdown="on""#
            }
        return kind + " " + files + #" queue.dequeuebatchsize="500" queue.maxdiskspace="8g""#
    }
}

internal import SluiceSDK

/// What survives a crash: the floor, and how far this pass has come.
///
/// The floor is the time of the newest record of every pass that was completed. A pass asks for what is newer, in
/// whatever order the source gives it, and only its end moves the floor: a descending feed that is cut short begins
/// where it was cut, and its older pages are still to come.
struct PollCheckpoint: Sendable, Equatable {
    struct Pass: Sendable, Equatable {
        /// What `since` asks for in every page of this pass; nil asks for everything.
        var since: Timestamp?
        /// The page to ask for: its number, offset, cursor or address; nil is the first.
        var position: String?
        var newest: Timestamp?
        /// Pages and records so far, records of the first page, and what the source said of all.
        var pages = 0
        var items = 0
        var firstPage = 0
        var total: Int?
        /// Of the last page: the same again means that the source does not turn pages.
        var fingerprint = ""
        /// The pages moved while they were read; the floor stays where it is.
        var isUnsteady = false
    }

    var floor: Timestamp?
    var pass: Pass?

    init(floor: Timestamp? = nil, pass: Pass? = nil) {
        self.floor = floor
        self.pass = pass
    }

    /// - Parameter text: what `text` gave; anything else counts as a first start.
    init(text: String?) {
        guard let text, let document = try? JSONDocument.parse(Array(text.utf8)), document.root["v"]?.integer == 1
        else { return }
        floor = Self.time(document.root["floor"])
        guard let saved = document.root["pass"], saved.kind == .object else { return }
        var pass = Pass()
        pass.since = Self.time(saved["since"])
        pass.position = saved["position"]?.string
        pass.newest = Self.time(saved["newest"])
        pass.pages = saved["pages"]?.integer ?? 0
        pass.items = saved["items"]?.integer ?? 0
        pass.firstPage = saved["first_page"]?.integer ?? 0
        pass.total = saved["total"]?.integer
        pass.fingerprint = saved["fingerprint"]?.string ?? ""
        pass.isUnsteady = saved["unsteady"]?.boolean ?? false
        self.pass = pass
    }

    var text: String {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.field("v", 1)
        if let floor { writer.field("floor", Int(floor.milliseconds)) }
        if let pass {
            writer.key("pass")
            Self.write(pass, to: &writer)
        }
        writer.endObject()
        return writer.text
    }

    private static func write(_ pass: Pass, to writer: inout JSONWriter) {
        writer.beginObject()
        if let since = pass.since { writer.field("since", Int(since.milliseconds)) }
        if let position = pass.position { writer.field("position", position) }
        if let newest = pass.newest { writer.field("newest", Int(newest.milliseconds)) }
        writer.field("pages", pass.pages)
        writer.field("items", pass.items)
        writer.field("first_page", pass.firstPage)
        if let total = pass.total { writer.field("total", total) }
        writer.field("fingerprint", pass.fingerprint)
        if pass.isUnsteady {
            writer.key("unsteady")
            writer.raw("true".utf8)
        }
        writer.endObject()
    }

    private static func time(_ element: JSONElement?) -> Timestamp? {
        element?.integer.map { Timestamp(milliseconds: Int64($0)) }
    }
}

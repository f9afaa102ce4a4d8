import SluiceSDK

enum Timestamps {
    static func now() -> String { Timestamp.now().rfc3339(in: .shanghai) }

    static func text(_ time: Timestamp?) -> String {
        time.map { String($0.rfc3339(in: .shanghai).prefix(19)).replacing("T", with: " ") } ?? "-"
    }
}

internal import SluiceSDK

/// One citizen's matter, before an upstream puts it into its own words and codes.
struct Matter: Sendable {
    /// Position in its channel, from 1.
    var sequence: Int
    /// The number that the upstream gives it.
    var number = ""
    var time: Timestamp
    var updated: Timestamp
    var kind: String
    var category: [String]
    var title: String
    var text: String
    var respondent: String
    var person: String
    var phone: String
    /// Eight digits: customer number, open id, mail box.
    var account: String
    var organization: String
    var district: String
    var town: String
    /// Nine digits.
    var townCode: String
    var address: String
    var latitude: String
    var longitude: String
    var money: String
    /// 0, 1 or 2.
    var urgency: Int
}

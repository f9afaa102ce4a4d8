/// How much of a ticket only the internal side can read.
public enum SealingScope: String, Sendable, Hashable, CaseIterable {
    /// What names the requester, and whatever else the channel marks as personal; the rest is verified in clear.
    case personal
    /// Everything but what the item is carried, ordered and counted by.
    case whole

    /// What stays in clear even of a confidential ticket: ids, times, kinds and marks, of which none is written by a
    /// person.
    private static let alwaysClear: IntakeFieldSet = [
        .schemaVersion, .ticketID, .revision, .jurisdictionID, .channelID, .externalID, .receivedAt,
        .requestedDatetime, .updatedDatetime, .requestType, .urgency, .confidentiality, .requesterSubjectType,
        .requesterIsAnonymous, .requesterReplyWanted, .personalFields,
    ]

    /// The digest of the raw message is sealed too: with the rest in clear it would be a way to try out phone numbers.
    private static let naming = IntakeFieldSet.personal.union([
        .requesterOrganizationName, .requesterUnifiedSocialCreditCode, .lineageRaw,
    ])

    /// The fields that are sealed.
    /// - Parameter marked: the ticket's own `personal_fields`.
    func covered(marked: [String]) -> IntakeFieldSet {
        switch self {
        case .whole: IntakeFieldSet.all.subtracting(Self.alwaysClear)
        case .personal:
            Self.naming.union(IntakeFieldSet(named: marked)).subtracting(Self.alwaysClear)
        }
    }
}

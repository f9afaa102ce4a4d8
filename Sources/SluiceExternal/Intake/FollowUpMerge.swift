internal import SluiceSDK

/// Lays what a follow-up says over the ticket that is known, which gives the ticket's next revision.
///
/// What the citizen said stays: the new text stands below the old one. When the ticket was requested stays too, the
/// follow-up's time is that of the change.
struct FollowUpMerge {
    let followUp: JournalFollowUp
    let revision: Int

    /// - Throws: `RecordFault` when the ticket cannot hold what is said.
    func apply(to known: IntakeTicket) throws -> IntakeTicket {
        let said = followUp.said
        var merged = known
        for field in said.fields where !Self.kept.contains(field) { merged[field] = said[field] }
        merged[.description] = try description(of: known)
        merged[.attributes] = attributes(of: known)
        merged[.attachments] = attachments(of: known)
        merged[.updatedDatetime] = said[.updatedDatetime] ?? said[.requestedDatetime] ?? said[.receivedAt]
        merged[.revision] = .integer(revision)
        merged.namePersonalFields()
        return merged
    }

    private static let kept: IntakeFieldSet = [.requestedDatetime, .description, .attributes, .attachments]

    private func description(of known: IntakeTicket) throws -> FieldValue? {
        guard let new = followUp.said.text(.description), let old = known.text(.description) else {
            return followUp.said[.description] ?? known[.description]
        }
        // A feed that gives the whole record with another state says nothing new here.
        if old.contains(new) { return .string(old) }
        let said = followUp.said
        let time = said.text(.updatedDatetime) ?? said.text(.requestedDatetime) ?? said.text(.receivedAt) ?? ""
        let both = old + "\n\n【\(followUp.kind.labelZH) \(time)】\n" + new
        guard both.utf8.count <= FieldProgram.maxTextBytes else {
            throw RecordFault(
                .map, "followup.too-long", "the ticket's text with this below it is longer than 64 KiB",
                record: followUp.record, field: IntakeField.description.name)
        }
        return .string(both)
    }

    private func attributes(of known: IntakeTicket) -> FieldValue? {
        guard case .attributes(let new)? = followUp.said[.attributes] else { return known[.attributes] }
        guard case .attributes(let old)? = known[.attributes] else { return .attributes(new) }
        return .attributes(old.filter { one in !new.contains { $0.code == one.code } } + new)
    }

    private func attachments(of known: IntakeTicket) -> FieldValue? {
        guard case .attachments(let new)? = followUp.said[.attachments] else { return known[.attachments] }
        guard case .attachments(let old)? = known[.attachments] else { return .attachments(new) }
        return .attachments(old + new.filter { !old.contains($0) })
    }
}

extension FollowUpKind {
    var labelZH: String {
        switch self {
        case .withdrawn: "撤回"
        case .supplemented: "补充"
        case .urged: "催办"
        }
    }
}

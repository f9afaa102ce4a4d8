/// A field of the canonical ticket's intake half, in the order of the JSON document.
///
/// Names follow Open311 GeoReport v2 where it has one. Members of a group (`requester.`, `location.`) stand together,
/// so that the document is written in one pass.
public enum IntakeField: Int, CaseIterable, Sendable {
    case schemaVersion, ticketID, revision, jurisdictionID, channelID, externalID, source
    case receivedAt, requestedDatetime, updatedDatetime, occurredAt
    case requestType, title, description, serviceCode, serviceName, categoryPath, tags
    case urgency, threatType, confidentiality
    case requesterSubjectType, requesterName, requesterPhone, requesterEmail, requesterAccountID
    case requesterOrganizationName, requesterUnifiedSocialCreditCode, requesterIsAnonymous, requesterIsRepeatCaller
    case requesterReplyWanted
    case respondentName
    case locationDivisionCode, locationTownCode, locationCommunityCode, locationGridID, locationAddress
    case locationAddressID, locationLat, locationLong, locationCRS
    case attributes, attachments, personalFields
    case lineageRaw

    /// Made once; the compiler's own would be an array made anew for every look.
    public static let allCases = FieldDefinition.table.indices.compactMap(IntakeField.init(rawValue:))

    public var definition: FieldDefinition { FieldDefinition.table[rawValue] }
    public var name: String { definition.name }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    public init?(name: String) {
        guard let found = Self.byName[name] else { return nil }
        self = found
    }
}

/// What may stand in one field. A class: definitions are looked at twenty times a ticket in every zone, and a copy of a
/// struct would count references to all its texts.
public final class FieldDefinition: Sendable {
    public enum Kind: Sendable, Equatable {
        case string
        /// Exactly so many characters.
        case code(Int)
        case boolean
        case number
        /// RFC 3339 with an offset.
        case dateTime
        case choice([String])
        case strings
        /// `[{code, value}]`
        case attributes
        /// `[{name, media_type, size, sha256, media_url}]`
        case attachments
        /// `{sha256, bytes, content_type, charset, stored_at, stripped}`
        case rawLineage
        case integer
    }

    public enum Writer: Sendable {
        /// From the channel's mapping.
        case mapping
        /// Stamped by the external gateway.
        case gateway
    }

    public let name: String
    public let kind: Kind
    public let writer: Writer
    public let isRequired: Bool
    public let isPersonal: Bool
    public let labelZH: String

    /// The part before the dot, and the part after it.
    public let group: String?
    public let key: String

    init(
        _ name: String, _ kind: Kind, _ labelZH: String, _ writer: Writer = .mapping, required: Bool = false,
        personal: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.writer = writer
        self.isRequired = required
        self.isPersonal = personal
        self.labelZH = labelZH
        let dot = name.firstIndex(of: ".")
        group = dot.map { String(name[..<$0]) }
        key = dot.map { String(name[name.index(after: $0)...]) } ?? name
    }

    static let subjectTypes = ["citizen", "market_entity", "unknown"]
    static let requestTypes = ["consultation", "help", "complaint", "report", "suggestion", "praise"]
    static let confidentialities = ["public", "internal", "confidential"]
    static let urgencies = ["normal", "urgent", "critical"]
    static let referenceSystems = ["wgs84", "gcj02", "cgcs2000", "local"]

    /// One row for every `IntakeField`, in the same order; a test holds them together.
    static let table: [FieldDefinition] = [
        .init("schema_version", .string, "模式版本", .gateway, required: true),
        .init("ticket_id", .code(26), "诉求编号", .gateway, required: true),
        .init("revision", .integer, "修订号", .gateway, required: true),
        .init("jurisdiction_id", .string, "辖区标识", .gateway, required: true),
        .init("channel_id", .string, "渠道编号", .gateway, required: true),
        .init("external_id", .string, "渠道原编号", required: true),
        .init("source", .string, "诉求来源（小类）"),
        .init("received_at", .dateTime, "接收时间", .gateway, required: true),
        .init("requested_datetime", .dateTime, "登记（来电）时间", required: true),
        .init("updated_datetime", .dateTime, "更新时间", required: true),
        .init("occurred_at", .dateTime, "事发时间"),
        .init("request_type", .choice(requestTypes), "诉求类型", required: true),
        .init("title", .string, "诉求标题"),
        .init("description", .string, "诉求内容", required: true),
        .init("service_code", .string, "诉求分类代码"),
        .init("service_name", .string, "诉求分类名称"),
        .init("category_path", .strings, "一级/二级/三级分类"),
        .init("tags", .strings, "诉求标签"),
        .init("urgency", .choice(urgencies), "紧急程度", required: true),
        .init("threat_type", .string, "扬言件类型"),
        .init("confidentiality", .choice(confidentialities), "是否保密", required: true),
        .init("requester.subject_type", .choice(subjectTypes), "诉求主体", required: true),
        .init("requester.name", .string, "诉求人姓名", personal: true),
        .init("requester.phone", .string, "联系电话", personal: true),
        .init("requester.email", .string, "电子邮箱", personal: true),
        .init("requester.account_id", .string, "渠道账号", personal: true),
        .init("requester.organization_name", .string, "企业名称"),
        .init("requester.unified_social_credit_code", .code(18), "统一社会信用代码"),
        .init("requester.is_anonymous", .boolean, "是否匿名", required: true),
        .init("requester.is_repeat_caller", .boolean, "是否老户"),
        .init("requester.reply_wanted", .boolean, "是否需要回复", required: true),
        .init("respondent.name", .string, "被反映人/单位", personal: true),
        .init("location.division_code", .code(6), "行政区划代码"),
        .init("location.town_code", .code(9), "镇街代码"),
        .init("location.community_code", .code(12), "社区（村）代码"),
        .init("location.grid_id", .string, "网格编号"),
        .init("location.address", .string, "事发地址"),
        .init("location.address_id", .string, "部件/地址标识"),
        .init("location.lat", .number, "纬度"),
        .init("location.long", .number, "经度"),
        .init("location.crs", .choice(referenceSystems), "坐标系"),
        .init("attributes", .attributes, "扩展属性"),
        .init("attachments", .attachments, "附件"),
        .init("personal_fields", .strings, "个人信息字段", .gateway, required: true),
        .init("lineage.raw", .rawLineage, "原始报文", .gateway, required: true),
    ]
}

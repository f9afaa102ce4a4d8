import SluiceBoundary
import SluiceSDK
import Testing

@Suite struct AttachmentBodyTests {
    private static let file = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    private func piece(_ number: Int, change: (inout AttachmentBody) -> Void = { _ in }) -> AttachmentBody {
        let digest = Hex.encode(SHA256.hash(Self.file))
        var body = AttachmentBody(
            attachmentID: StableID.attachment(ticketID: "t", sha256: digest, name: "照片.jpg"), ticketID: "t",
            channelID: "web-1", externalID: "A/1", name: "照片.jpg", mediaType: "image/jpeg", size: Self.file.count,
            sha256: digest, piece: number, content: AttachmentBody.piece(number, of: Self.file))
        change(&body)
        return body
    }

    @Test func piecesComeBackAsTheyWereAndMakeTheFile() throws {
        let pieces = try (1...3).map { try AttachmentBody(json: piece($0).json()) }
        #expect(pieces == (1...3).map { piece($0) })
        #expect(pieces.flatMap(\.content) == Self.file)
        #expect(pieces.allSatisfy { $0.pieces == 3 && $0.json().count < Outbox.largestBody })
    }

    @Test(arguments: [
        ("\"piece\":2", "\"piece\":4", "attachment.pieces"), ("\"pieces\":3", "\"pieces\":2", "attachment.pieces"),
        ("\"size\":600000", "\"size\":900000", "attachment.pieces"),
        ("\"size\":600000", "\"size\":0", "attachment.size"),
        ("照片.jpg", "../照片.jpg", "attachment.name"), ("照片.jpg", "别的.jpg", "stamp.attachment-id"),
        ("\"ticket_id\":\"t\"", "\"ticket_id\":\"u\"", "stamp.attachment-id"),
        ("\"schema_version\"", "\"other\":1,\"schema_version\"", "schema.unknown-field"),
        ("\"content\":\"", "\"content\":\"=", "schema.base64"), ("\"content\":\"", "\"content\":\" ", "schema.base64"),
        ("\"sha256\":\"", "\"sha256\":\"A", "attachment.digest"),
    ])
    func aChangedPieceIsRefused(old: String, new: String, code: String) throws {
        let text = String(decoding: piece(2).json(), as: UTF8.self)
        #expect(text.contains(old))
        let changed = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
        let found = Result { try AttachmentBody(json: changed) }
        guard case .failure(let fault as BodyFault) = found else { return #expect(code == "none") }
        #expect(fault.code == code)
    }

    @Test(arguments: [
        ("../../etc/passwd", "passwd"), ("C:\\temp\\a.jpg", "a.jpg"), ("..", "file"), ("", "file"),
        ("a\u{202E}gpj.exe", "agpj.exe"),
        ("a\nb.pdf", "a b.pdf"), ("/", "file"), ("附件\u{0}.pdf", "附件.pdf"),
    ])
    func aNameLeadsNowhere(sent: String, kept: String) {
        #expect(AttachmentName.cleaned(sent) == kept)
        #expect(AttachmentName.cleaned(kept) == kept)
    }

    @Test func aLongNameKeepsItsEnd() {
        let name = AttachmentName.cleaned(String(repeating: "长", count: 300) + ".docx")
        #expect(name.utf8.count <= AttachmentName.mostBytes && name.hasSuffix("长.docx"))
        #expect(AttachmentName.cleaned(name) == name)
    }

    @Test(
        arguments: [
            ([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"), (Array("%PDF-1.7\n".utf8), "application/pdf"),
            (Array("MZ\u{90}".utf8), "application/x-msdownload"),
            ([0x7F, 0x45, 0x4C, 0x46, 2], "application/x-executable"),
            (Array("  <!DOCTYPE html><p>".utf8), "text/html"), (Array("你好，路灯不亮\n".utf8), "text/plain"),
            (Array("text <script>x</script>".utf8), "text/html"),
            (Array("<?xml version='1.0'?><svg/>".utf8), "image/svg+xml"),
            (Array("#!/bin/sh\n".utf8), "text/x-script"), ([0, 1, 2, 3], "application/octet-stream"),
            ([0, 0, 0, 24] + Array("ftypheic".utf8), "image/heic"), (Array("RIFF0000WEBP".utf8), "image/webp"),
            (
                [0x50, 0x4B, 3, 4] + Array("[Content_Types].xml word/document.xml".utf8),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            ),
            ([0x50, 0x4B, 3, 4] + Array("[Content_Types].xml word/vbaProject.bin".utf8), "application/zip"),
            ([0x50, 0x4B, 3, 4] + Array("run.exe".utf8), "application/zip"), ([], "application/octet-stream"),
            (Array("BM is how this letter begins, and it is text".utf8), "text/plain"),
        ] as [([UInt8], String)])
    func aFileIsWhatItsBytesSay(bytes: [UInt8], type: String) {
        #expect(MediaKind.of(bytes) == type)
    }

    @Test func whatMayPassByDefaultHoldsNothingThatRuns() {
        let dangerous = [
            "text/html", "image/svg+xml", "text/x-script", "application/zip", "application/octet-stream",
            "application/x-msdownload", "application/x-executable",
        ]
        #expect(dangerous.allSatisfy { !MediaKind.usual.contains($0) && MediaKind.all.contains($0) })
    }

    @Test func aNoticeOfAFileComesBackAsItWas() throws {
        let notice = NoticeBody(
            .attachment(
                .init(
                    attachmentID: "a1", ticketID: "t", name: "照片.jpg", mediaURL: "http://x/y", state: .failed,
                    code: "fetch.timeout", at: Timestamp(milliseconds: 1_790_000_000_000))))
        #expect(try NoticeBody(json: notice.json()) == notice)
        let text = String(decoding: notice.json(), as: UTF8.self).replacing("\"failed\"", with: "\"gone\"")
        #expect(throws: BodyFault.self) { try NoticeBody(json: Array(text.utf8)) }
    }
}

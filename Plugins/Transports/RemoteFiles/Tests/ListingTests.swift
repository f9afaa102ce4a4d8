import SluiceSDK
import Testing

@testable import RemoteFilesTransport

@Suite struct ListingTests {
    private func long(_ text: String) -> ListingLine { LongListing.read(Array("before\n\(text)".utf8)[7...]) }
    private func machine(_ text: String) -> ListingLine { MachineListing.read(Array("before\n\(text)".utf8)[7...]) }

    private func entry(_ kind: ListingEntry.Kind, _ name: String, _ size: Int, _ time: String) -> ListingLine {
        .entry(ListingEntry(kind: kind, name: Array(name.utf8), size: size, time: time))
    }

    @Test(arguments: [
        ("-rw-r--r--    1 root     root          123 Nov 21 06:21 a.csv", "a.csv", 123, "Nov 21 06:21"),
        (
            "-rw-r--r--    1 1000     1000            0 Jan  5  2025 two  spaces.csv ", "two  spaces.csv ", 0,
            "Jan 5 2025"
        ),
        ("-rw-r--r--+ 1 DOM\\user Domain Users 77 Nov 21 06:21 b 2025.csv", "b 2025.csv", 77, "Nov 21 06:21"),
        ("-rw-r--r-- 1 ftp ftp 9 21 Nov 06:21 day-first.csv", "day-first.csv", 9, "21 Nov 06:21"),
        ("-rw-r--r-- 1 ftp ftp 9 11月 21 06:21 工单.csv", "工单.csv", 9, "11月 21 06:21"),
        ("-rw-r--r-- 1 ftp ftp 9 2026-01-05 06:21 iso.csv", "iso.csv", 9, "2026-01-05 06:21"),
        ("01-05-26  09:00AM                 4711 dos file.csv", "dos file.csv", 4711, "01-05-26 09:00AM"),
        ("01-05-2026  21:00                 5 dos.csv", "dos.csv", 5, "01-05-2026 21:00"),
    ]) func filesOfLongListings(line: String, name: String, size: Int, time: String) {
        #expect(long(line) == entry(.file, name, size, time))
    }

    @Test func foldersAndOtherThings() {
        #expect(long("drwxr-xr-x 2 a a 4096 Nov 21 06:21 sub") == entry(.folder, "sub", 4096, "Nov 21 06:21"))
        #expect(long("01-05-26  09:00AM       <DIR>          sub") == entry(.folder, "sub", 0, "01-05-26 09:00AM"))
        #expect(
            long("lrwxrwxrwx 1 a a 11 Nov 21 06:21 l -> /etc/passwd")
                == entry(.other, "l -> /etc/passwd", 11, "Nov 21 06:21"))
        #expect(long("prw-r--r-- 1 a a 0 Nov 21 06:21 pipe") == entry(.other, "pipe", 0, "Nov 21 06:21"))
        #expect(long("total 24") == .nothing)
        #expect(long("总用量 24") == .nothing)
        #expect(long("") == .nothing)
    }

    @Test(arguments: [
        "-rw-r--r-- 1 a a x Nov 21 06:21 a", "-rw-r--r--", "-rw-r--r-- 1 a a 5 Nov 21 06:21", "what is this",
        "-rw-r--r-- 1 a a 99999999999999999999 Nov 21 06:21 a", "01-05-26 09:00AM x a", "1 2 3",
        "-rw-r--r-- 1 a a -5 Nov 21 06:21 a", "-rw-r--r-- 1 a a 5 Nov 21 06:21 ",
    ]) func linesThatAreNone(line: String) {
        #expect(long(line) == .unreadable)
    }

    @Test func machineListings() {
        #expect(
            machine("modify=20260105090000;size=12;type=file;UNIX.mode=0644; a b.csv")
                == entry(.file, "a b.csv", 12, "20260105090000"))
        #expect(machine("Type=dir;Modify=20260105090000; sub") == entry(.folder, "sub", 0, "20260105090000"))
        #expect(machine("type=cdir; .") == .nothing)
        #expect(machine("type=OS.unix=slink:/etc; l") == entry(.other, "l", 0, ""))
        #expect(machine("size=12; a") == .unreadable)
        #expect(machine("type=file;size=-1; a") == .unreadable)
        #expect(machine("type=file;size=x; a") == .unreadable)
        #expect(machine("nonsense") == .unreadable)
    }

    /// Whatever a server sends: a line is read or not, and never more.
    @Test func arbitraryBytesAreSurvived() {
        var state: UInt64 = 42
        for round in 0..<5_000 {
            let line = (0..<5 + round % 60).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let drawn = UInt8(truncatingIfNeeded: state >> 33)
                return drawn < 128 ? Array("-rwxd 0129:;=NovJan 月".utf8)[Int(drawn) % 22] : drawn
            }
            _ = LongListing.read(line[5...])
            _ = MachineListing.read(line[5...])
        }
    }
}

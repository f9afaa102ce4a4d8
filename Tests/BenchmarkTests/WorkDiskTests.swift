import Testing

@testable import sluice_bench

@Suite struct WorkDiskTests {
    /// The kernel keeps it in memory wherever it is mounted.
    private static let shared = "/dev/shm"
    private static var hasShared: Bool { (try? WorkDisk(of: shared).name) == "tmpfs" }

    @Test(.enabled(if: hasShared)) func aFolderInMemoryIsRefusedWithWhatToWriteInstead() throws {
        let error = #expect(throws: WorkDiskError.self) { try WorkDisk.checked(Self.shared) }
        #expect(error?.description.contains("[bench.work] /dev/shm is in memory (tmpfs)") == true)
        #expect(error?.description.contains("--work .build") == true)
    }

    @Test func theFileSystemIsNamedAsTheKernelCallsIt() throws {
        let disk = try WorkDisk(of: "/proc/self")
        #expect(disk.name == "proc")
        #expect(!disk.isInMemory)
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        let error = #expect(throws: WorkDiskError.self) { try WorkDisk(of: "/not/there") }
        #expect(error?.description.contains("/not/there") == true)
    }

    @Test(arguments: [
        ("/mnt/disk/work", "xfs"), ("/mnt/diskless", "ext4"), ("/mnt/disk", "xfs"), ("/a b/c", "tmpfs"),
        ("/twice/x", "tmpfs"), ("/elsewhere", "ext4"),
    ])
    func theDeepestAndLatestMountCounts(_ path: String, _ type: String) {
        let mounts = """
            22 1 254:0 / / rw,relatime - ext4 /dev/root rw
            30 22 254:1 / /mnt/disk rw shared:1 master:2 - xfs /dev/vdb rw
            31 22 254:2 / /twice rw - ext4 /dev/vdc rw
            32 31 0:40 / /twice rw - tmpfs tmpfs rw
            33 22 0:41 / /a\\040b rw - tmpfs tmpfs rw
            """
        #expect(WorkDisk.type(of: path, in: mounts) == type)
    }
}

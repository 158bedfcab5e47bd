import CMalloc
import Glibc

/// What this process holds in memory.
enum ProcessMemory {
    /// Gives back to the system what lies free in the heaps of threads that have ended their work, in which others find none of it.
    ///
    /// That, and taking as much anew, takes about a fiftieth of a hunt of a second; where little is held it is not worth it.
    static func trim() {
        if resident > worthTrimming { malloc_trim(0) }
    }

    /// Half of what a hunt with all rules there are may take.
    private static let worthTrimming = 150 << 20

    /// Bytes in memory, files among them; 0 where the kernel does not say.
    private static var resident: Int {
        let fields = KernelFile.lines(of: "/proc/self/statm").first?.split(separator: " ") ?? []
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

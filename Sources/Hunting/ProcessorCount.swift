import Glibc

/// How many CPUs this process may use.
public enum ProcessorCount {
    /// The CPUs of its affinity mask, but no more than the quota of its control group allows; at least 1.
    public static var available: Int {
        max(1, min(affinity, quota ?? .max))
    }

    /// The bits of `Cpus_allowed` in the process's status, which is its affinity mask in hexadecimal.
    private static var affinity: Int {
        let mask = KernelFile.lines(of: "/proc/self/status").first { $0.hasPrefix("Cpus_allowed:") }
        let bits = mask?.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return bits ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// The least that the process's control group and those around it allow, rounded up. In a container the root of the
    /// hierarchy that is seen is a group of its own.
    private static var quota: Int? {
        var least: Int?
        for line in KernelFile.lines(of: "/proc/self/cgroup") {
            // Number, controllers, path; version 2 has no controllers.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isUnified = parts[1].isEmpty
            guard isUnified || parts[1].split(separator: ",").contains("cpu") else { continue }
            let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/\(parts[1])"
            var path = parts[2][...]
            while true {
                let group = root + path
                if let own = isUnified ? quota(ofGroup: group) : firstVersionQuota(ofGroup: group) {
                    least = min(least ?? own, own)
                }
                guard let slash = path.lastIndex(of: "/") else { break }
                path = path[..<slash]
            }
        }
        return least
    }

    /// `cpu.max` of cgroup v2: quota, which may be `max`, and period in microseconds.
    private static func quota(ofGroup group: String) -> Int? {
        let parts = KernelFile.lines(of: group + "/cpu.max").first?.split(separator: " ") ?? []
        return parts.count == 2 ? processors(quota: parts[0], period: parts[1]) : nil
    }

    /// The same of cgroup v1, where -1 is no quota.
    private static func firstVersionQuota(ofGroup group: String) -> Int? {
        guard let quota = KernelFile.lines(of: group + "/cpu.cfs_quota_us").first,
            let period = KernelFile.lines(of: group + "/cpu.cfs_period_us").first
        else { return nil }
        return processors(quota: quota, period: period)
    }

    private static func processors(quota: Substring, period: Substring) -> Int? {
        guard let quota = Int(quota), let period = Int(period), quota > 0, period > 0 else { return nil }
        return quota / period + (quota % period > 0 ? 1 : 0)
    }
}

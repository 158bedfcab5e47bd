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

    /// `cpu.max` of cgroup v2 (quota and period in microseconds), rounded up.
    private static var quota: Int? {
        let parts = KernelFile.lines(of: "/sys/fs/cgroup/cpu.max").first?.split(separator: " ") ?? []
        guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]), period > 0 else { return nil }
        return (quota + period - 1) / period
    }
}

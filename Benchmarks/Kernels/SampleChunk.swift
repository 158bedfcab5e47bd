import CKernels
import Glibc

/// Lines that a kernel is measured on, in memory for the whole run.
///
/// They are those of the file that TRAWL_BENCHMARK_FILE names (its first 64 MiB), else ones written here with the proportions that
/// matter to the kernels in real telemetry: a long escaped message, many short fields, one number.
struct SampleChunk: @unchecked Sendable {
    /// SAFETY: allocated once, never freed and never written after it is made, hence free to be shared.
    let base: UnsafePointer<UInt8>
    let count: Int
    /// Where lines begin, and behind the last one where the next would.
    let lineStarts: [Int]

    /// As much as fits the second-level cache with room to spare.
    static let cached = SampleChunk(size: 512 << 10)
    /// More than the caches hold.
    static let large = SampleChunk(size: 64 << 20)

    private init(size: Int) {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        let filled = Self.read(into: memory, size) ?? Self.write(into: memory, size)
        base = UnsafePointer(memory)
        var starts = [0]
        for i in 0..<filled where memory[i] == UInt8(ascii: "\n") { starts.append(i + 1) }
        lineStarts = starts
        // A line that is cut off is left out.
        count = starts[starts.count - 1]
    }

    private static func read(into memory: UnsafeMutablePointer<UInt8>, _ size: Int) -> Int? {
        guard let path = getenv("TRAWL_BENCHMARK_FILE"), let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        return fread(memory, 1, size, file)
    }

    private static func write(into memory: UnsafeMutablePointer<UInt8>, _ size: Int) -> Int {
        var seed: UInt64 = 1
        func random(_ bound: UInt64) -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (seed >> 33) % bound
        }
        var filled = 0
        while true {
            var line =
                #"{"Channel":"Security","Hostname":"host-\#(random(400)).example","EventID":\#(4600 + random(100)),"#
            line +=
                #""Message":"A process has been created.\r\n\r\nSubject:\r\n\tAccount Name:\t\tuser\#(random(900))\r\n"#
            for _ in 0..<random(24) {
                line += #"\t\tThe token elevation type says what token the process was given under access control.\r\n"#
            }
            line += #"",""#
            for field in 0..<random(30) { line += #"Field\#(field)":"0x\#(random(1 << 20))",""# }
            line +=
                #"Image":"C:\\Windows\\System32\\tool\#(random(3000)).exe","CommandLine":"tool -Name \#(random(1 << 30))"}"#
            line += "\n"
            guard filled + line.utf8.count <= size else { return filled }
            for byte in line.utf8 {
                memory[filled] = byte
                filled += 1
            }
        }
    }
}

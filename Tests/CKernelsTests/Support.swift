import CKernels
import Glibc
import Testing

/// The tables that this machine can run.
let allTables: [String] = ["scalar", "sse2", "avx2", "avx512bw", "avx512", "neon"].filter { (name: String) in
    trawl_kernels_named(name) != nil
}

func kernels(_ name: String) throws -> trawl_kernels {
    try #require(trawl_kernels_named(name)).pointee
}

/// The same numbers on every run and machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func bytes(_ count: Int, of alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in alphabet[below(alphabet.count)] }
    }
}

/// Readable memory with none before and none behind, so that a read outside ends the process.
final class GuardedMemory {
    private let page: Int
    private let mapping: UnsafeMutableRawPointer
    let capacity: Int

    init() throws {
        page = Int(sysconf(Int32(_SC_PAGESIZE)))
        capacity = 2 * page
        mapping = try #require(mmap(nil, 4 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        try #require(mapping != MAP_FAILED)
        try #require(mprotect(mapping + page, capacity, PROT_READ | PROT_WRITE) == 0)
    }

    deinit { munmap(mapping, 4 * page) }

    /// The bytes as the last ones before the end.
    func atEnd(_ bytes: [UInt8]) -> UnsafePointer<UInt8> { place(bytes, at: capacity - bytes.count) }

    /// The bytes as the first ones, or some bytes after these for another alignment.
    func atStart(_ bytes: [UInt8], offset: Int = 0) -> UnsafePointer<UInt8> { place(bytes, at: offset) }

    private func place(_ bytes: [UInt8], at offset: Int) -> UnsafePointer<UInt8> {
        precondition(offset >= 0 && offset + bytes.count <= capacity)
        let target = mapping + page + offset
        // SAFETY: the precondition keeps the bytes within the two pages that can be written.
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { target.copyMemory(from: start, byteCount: source.count) }
        }
        return UnsafePointer(target.assumingMemoryBound(to: UInt8.self))
    }
}

/// Few different bytes, so that what matters stands close together and in every order.
let hostileAlphabets: [[UInt8]] = [
    Array("\"\\ab".utf8),
    Array("{}[]:, \"a1\n\t\r".utf8),
    Array("\\\"u0aFnx/".utf8),
    Array("{}\n{}\na".utf8),
    Array("\\\\\\\\\"u12".utf8),
    Array("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,: {}\n\\".utf8),
    [0x00, 0x0c, 0x1a, 0x1f, 0x20, 0x22, 0x2c, 0x3a, 0x5b, 0x7d],
    [0x22, 0x5c, 0x7b, 0x80, 0x8a, 0xa2, 0xa0, 0xdc, 0xfb, 0xff],
    Array(0...255),
]

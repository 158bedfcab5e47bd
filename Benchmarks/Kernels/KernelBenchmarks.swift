import Benchmark
import CKernels

/// Bytes gone through per second of the measured part, in millions.
private let rate = BenchmarkMetric.custom("MB/s", polarity: .prefersLarger, useScalingFactor: false)

/// Gets a pass over a chunk measured, in every table that this machine can run, from the cache and from memory.
private func measure(_ name: String, _ pass: @escaping @Sendable (trawl_kernels, SampleChunk) -> Int) {
    for table in ["scalar", "sse2", "avx2", "avx512bw", "avx512", "neon"] where trawl_kernels_named(table) != nil {
        for isCached in [true, false] {
            let place = isCached ? "cache" : "memory"
            Benchmark(
                "\(name), \(table), \(place)",
                configuration: .init(
                    metrics: [rate], units: [rate: .count], warmupIterations: 2, maxDuration: .milliseconds(500),
                    maxIterations: 200)
            ) { benchmark in
                guard let kernels = trawl_kernels_named(table)?.pointee else { return }
                let chunk = isCached ? SampleChunk.cached : SampleChunk.large
                // One pass over little would measure the clock.
                let passes = isCached ? 16 : 1
                let clock = ContinuousClock()
                let time = clock.measure {
                    for _ in 0..<passes { blackHole(pass(kernels, chunk)) }
                }
                let nanoseconds = time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000
                benchmark.measurement(rate, passes * chunk.count * 1000 / max(Int(nanoseconds), 1))
            }
        }
    }
}

private func scan(_ kernels: trawl_kernels, _ chunk: SampleChunk, _ pairs: [trawl_pair]) -> Int {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 8192) { room in
        // SAFETY: the two halves of the room are the capacities that are given.
        guard let candidates = room.baseAddress else { return 0 }
        var result = trawl_scan_result()
        var found = 0
        var place = 0
        while place < chunk.count {
            kernels.scan(
                chunk.base, chunk.count, place, pairs, pairs.count, candidates, 4096, candidates + 4096, 4096, &result)
            found += result.candidate_count
            place = result.consumed
        }
        return found
    }
}

private func indexLines(_ kernels: trawl_kernels, _ chunk: SampleChunk, _ positions: UnsafeMutablePointer<UInt32>)
    -> Int
{
    var operators = 0
    var flags: UInt32 = 0
    var start = 0
    for end in chunk.lineStarts.dropFirst() {
        operators += kernels.json_index(chunk.base + start, end - start - 1, positions, &flags)
        start = end
    }
    return operators
}

/// Searches the chunk in pieces as long as values of events are.
private func search(_ kernels: trawl_kernels, _ chunk: SampleChunk, _ length: Int, caseless: Bool) -> Int {
    let needle = Array("invoke-wmimethod".utf8)
    let fold = needle.map { $0 == UInt8(ascii: "-") ? 0 : UInt8(0x20) }
    var found = 0
    for start in stride(from: 0, to: chunk.count - length, by: length) {
        let value = chunk.base + start
        let place =
            caseless
            ? kernels.find_caseless(value, length, needle, fold, needle.count)
            : kernels.find(value, length, needle, needle.count)
        if place < length { found += 1 }
    }
    return found
}

let benchmarks: @Sendable () -> Void = {
    measure("count line feeds") { kernels, chunk in Int(kernels.count_newlines(chunk.base, chunk.count)) }

    // The rarer bytes of some words that detections ask for.
    let pairs = [
        ("k", "m", 4), ("w", "z", 3), ("q", "j", 1), ("#", "!", 9), ("z", "q", 7), ("~", "^", 2), ("j", "x", 5),
        ("|", "|", 1),
    ]
    .map { (first: Unicode.Scalar, second: Unicode.Scalar, distance: UInt16) in
        func fold(_ character: Unicode.Scalar) -> UInt8 { character.properties.isAlphabetic ? 0x20 : 0 }
        return trawl_pair(
            first: UInt8(ascii: first), first_fold: fold(first), second: UInt8(ascii: second),
            second_fold: fold(second), distance: distance)
    }
    for count in [0, 1, 2, 3, 8] {
        measure("scan for \(count) pairs") { kernels, chunk in scan(kernels, chunk, Array(pairs.prefix(count))) }
    }

    measure("structure of lines") { kernels, chunk in
        let longest = zip(chunk.lineStarts, chunk.lineStarts.dropFirst()).map { $1 - $0 }.max() ?? 0
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: longest + Int(TRAWL_JSON_PADDING)) { room in
            room.baseAddress.map { indexLines(kernels, chunk, $0) } ?? 0
        }
    }

    for length in [50, 200, 1000] {
        measure("find in \(length) bytes") { kernels, chunk in search(kernels, chunk, length, caseless: false) }
        measure("find caseless in \(length) bytes") { kernels, chunk in search(kernels, chunk, length, caseless: true) }
    }
}
